import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files, fixFirst } from './check.ts';

const rule = 'runtime-install';

/** An image that runs a script of the project at start. */
function withEntrypoint(script: string): Files {
  return {
    Dockerfile: `FROM node:24-bookworm
COPY entrypoint.sh /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
CMD ["node", "index.js"]
`,
    'entrypoint.sh': script,
  };
}

const inInstructions: Readonly<Record<string, Files>> = {
  'apt-get in a shell-form CMD': `
FROM node:24
CMD apt-get update && apt-get install -y jq && node index.js
                      ^^^^^^^^^^^^^^^^^^^^^
`,
  'npm in a shell-form ENTRYPOINT': `
FROM node:24
ENTRYPOINT npm install -g clawhub && node index.js
           ^^^^^^^^^^^^^^^^^^^^^^
`,
  'an exec-form CMD that calls a shell': `
FROM node:24
CMD ["sh", "-c", "pip install nano-pdf && exec node index.js"]
                  ^^^^^^^^^^^^^^^^^^^^
`,
  'an exec form with escaped quotes': String.raw`
FROM node:24
CMD ["bash", "-lc", "echo \"starting\" && npm i -g mcporter"]
                                          ^^^^^^^^^^^^^^^^^
`,
  'an exec form without a shell': `
FROM node:24
CMD ["npm", "install"]
      ^^^^^^^^^^^^^^
`,
  'ENTRYPOINT and CMD that make the install together': `
FROM node:24
ENTRYPOINT ["npm"]
             ^^^^^
CMD ["install"]
`,
  'HEALTHCHECK in shell form': `
FROM node:24
HEALTHCHECK --interval=30s CMD apk add --no-cache curl && curl -f http://127.0.0.1:18789/healthz
                               ^^^^^^^^^^^^^^^^^^^^^^^
`,
  'HEALTHCHECK in exec form': `
FROM node:24
HEALTHCHECK CMD ["sh", "-c", "apt-get install -y curl; curl -f localhost"]
                              ^^^^^^^^^^^^^^^^^^^^^^^
`,
  'wrappers in front of the shell': `
FROM node:24
ENTRYPOINT ["tini", "-s", "--", "gosu", "node", "sh", "-c", "yarn global add ntn"]
                                                             ^^^^^^^^^^^^^^^^^^^
`,
  'sudo and environment variables in front': `
FROM node:24
CMD sudo -E DEBIAN_FRONTEND=noninteractive apt-get install -y ffmpeg; node index.js
                                           ^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a variable for one command': `
FROM node:24
CMD DEBIAN_FRONTEND=noninteractive apt-get install -y ffmpeg >/dev/null; node index.js
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a continued CMD with a comment inside': String.raw`
FROM node:24
CMD set -e; \
    # the tools
    apt-get install -y tmux \
    ^^^^^^^^^^^^^^^^^^^^^^^
    && node index.js
`,
  'a CMD inherited from the stage that it is built FROM': `
FROM node:24 AS base
CMD npm ci && npm start
    ^^^^^^
FROM base
`,
  'a pip module call': `
FROM python:3.13
CMD python3 -m pip install openai-whisper && whisper --help
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a shell that reads a downloaded script': `
FROM node:24
CMD curl -fsSL https://bun.sh/install | bash && bun run start
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a shell that runs a substituted download': `
FROM node:24
CMD /bin/bash -c "$(curl -fsSL https://example.com/install.sh)"; node x
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a lower-case instruction with another escape character': `# escape=\`
from node:24
cmd echo start && \`
    npm install -g clawhub
    ^^^^^^^^^^^^^^^^^^^^^^
`,
};

const inScripts: Readonly<Record<string, string>> = {
  'apt-get install': `#!/bin/sh
apt-get update
apt-get install -y ripgrep
^^^^^^^^^^^^^^^^^^^^^^^^^^
exec "$@"
`,
  'apk add': `#!/bin/sh
apk add --no-cache jq
^^^^^^^^^^^^^^^^^^^^^
`,
  'dnf install': `#!/bin/sh
dnf install -y jq
^^^^^^^^^^^^^^^^^
`,
  'yum with an option in front': `#!/bin/sh
yum -y install jq
^^^^^^^^^^^^^^^^^
`,
  'microdnf install': `#!/bin/sh
microdnf install jq
^^^^^^^^^^^^^^^^^^^
`,
  'brew install': `#!/bin/bash
brew install steipete/tap/gogcli
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'npm install -g': `#!/bin/sh
npm install -g @steipete/summarize
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'npm with an option before the subcommand': `#!/bin/sh
npm --prefix /app install
^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'pnpm add -g': `#!/bin/sh
pnpm add -g mcporter
^^^^^^^^^^^^^^^^^^^^
`,
  'a bare yarn': `#!/bin/sh
yarn
^^^^
`,
  'bun add': `#!/bin/sh
bun add -g @steipete/oracle
^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'corepack prepare': `#!/bin/sh
corepack prepare pnpm@10 --activate
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'corepack enable, which puts pnpm and yarn beside node': `#!/bin/sh
corepack enable
^^^^^^^^^^^^^^^
`,
  'pip3 install from a file': `#!/bin/sh
pip3 install --user -r requirements.txt
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'pipx install': `#!/bin/sh
pipx install yt-dlp
^^^^^^^^^^^^^^^^^^^
`,
  'uv tool install': `#!/bin/sh
uv tool install nano-pdf
^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'uv pip install': `#!/bin/sh
uv pip install --system requests
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'gem install': `#!/bin/sh
gem install foreman
^^^^^^^^^^^^^^^^^^^
`,
  'go install': `#!/bin/sh
go install github.com/steipete/gifgrep/cmd/gifgrep@latest
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'cargo install': `#!/bin/sh
cargo install himalaya
^^^^^^^^^^^^^^^^^^^^^^
`,
  'dpkg -i': `#!/bin/sh
dpkg -i /tmp/gh.deb
^^^^^^^^^^^^^^^^^^^
`,
  'a download made executable': `#!/bin/sh
curl -fsSL -o /opt/gog https://example.com/gog
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
chmod +x /opt/gog
`,
  'a download into a folder of programs': `#!/bin/sh
wget -qO /usr/local/bin/jq https://example.com/jq-linux-amd64
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a download unpacked through a pipe': `#!/bin/sh
curl -L https://example.com/gog.tar.gz | tar -xz -C /usr/local/bin gog
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a download unpacked into a file in a folder of programs': `#!/bin/sh
curl -L https://example.com/gog.tar.gz | tar -xzO gog > /usr/local/bin/gog
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a download unpacked later': `#!/bin/sh
wget https://example.com/gog.tar.gz
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
tar xzf gog.tar.gz -C /usr/local/bin
`,
  'a download moved to a folder of programs': `#!/bin/sh
cd /tmp
curl -LO https://example.com/wacli
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
mv wacli /usr/local/bin/wacli
`,
  'a downloaded script that is run': `#!/bin/sh
curl -fsSL https://example.com/setup_22.x -o setup.sh
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
bash setup.sh
`,
  'a process substitution': `#!/bin/bash
bash <(curl -fsSL https://example.com/install.sh)
       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'the body of a condition': `#!/bin/sh
if ! command -v gog >/dev/null 2>&1; then
  npm i -g gog
  ^^^^^^^^^^^^
fi
`,
  'the right side of ||': `#!/bin/sh
which jq || apt-get install -y jq
            ^^^^^^^^^^^^^^^^^^^^^
`,
  'a case branch': `#!/bin/sh
case "$1" in
  gateway) npm install ;;
           ^^^^^^^^^^^
esac
`,
  'a called function': `#!/bin/sh
install_tools() {
  apt-get install -y tmux
  ^^^^^^^^^^^^^^^^^^^^^^^
}
install_tools
`,
  'a loop over packages': `#!/bin/sh
for package in clawhub mcporter; do
  npm install -g "$package"
  ^^^^^^^^^^^^^^^^^^^^^^^^^
done
`,
  'a subshell in the background': `#!/bin/sh
( pip install requests ) &
  ^^^^^^^^^^^^^^^^^^^^
`,
  'a nested shell of another user': `#!/bin/sh
su node -c "npm install -g clawhub"
            ^^^^^^^^^^^^^^^^^^^^^^
`,
  'an eval': `#!/bin/sh
eval "apt-get install -y jq"
      ^^^^^^^^^^^^^^^^^^^^^
`,
  'a shell that reads a here-document': `#!/bin/sh
bash <<'END'
pip install requests
^^^^^^^^^^^^^^^^^^^^
END
`,
  'installs although the file is cut off': `#!/bin/sh
if [ -z "$READY" ]; then
  npm install -g clawhub
  ^^^^^^^^^^^^^^^^^^^^^^
  echo "half typed
`,
};

const acrossFiles: Readonly<Record<string, Files>> = {
  'a script that the entrypoint sources': {
    Dockerfile: 'FROM node:24\nCOPY docker /opt/docker\nENTRYPOINT ["/opt/docker/start.sh"]\n',
    'docker/start.sh': '#!/bin/sh\n. "$(dirname "$0")/lib.sh"\nexec node index.js\n',
    'docker/lib.sh': `apt-get install -y jq
^^^^^^^^^^^^^^^^^^^^^
`,
  },
  'a script that the entrypoint runs by its path in the image': {
    Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["bash", "start.sh"]\n',
    'start.sh': '#!/bin/bash\nset -e\n/app/scripts/tools.sh\nexec node index.js\n',
    'scripts/tools.sh': `#!/bin/bash
npm install -g clawhub
^^^^^^^^^^^^^^^^^^^^^^
`,
  },
  'a script found on PATH': {
    Dockerfile: 'FROM node:24\nCOPY --chmod=0755 boot.sh /usr/local/bin/\nENTRYPOINT ["tini", "--", "boot.sh"]\n',
    'boot.sh': `#!/bin/sh
pip install requests
^^^^^^^^^^^^^^^^^^^^
`,
  },
  'a script copied under another name, from another stage': {
    Dockerfile:
      'FROM busybox AS files\nCOPY run.sh /out/run\nFROM node:24\nCOPY --from=files /out/run /usr/local/bin/launch\nENTRYPOINT ["launch"]\n',
    'run.sh': `#!/bin/sh
gem install foreman
^^^^^^^^^^^^^^^^^^^
`,
  },
  'a script that a RUN links': {
    Dockerfile:
      'FROM node:24\nCOPY scripts/ /app/scripts/\nRUN ln -s /app/scripts/go.sh /start\nENTRYPOINT ["/start"]\n',
    'scripts/go.sh': `#!/bin/sh
apk add jq
^^^^^^^^^^
`,
  },
  'a script in a here-document of a COPY': {
    Dockerfile: `FROM node:24
COPY --chmod=0755 <<'EOF' /entrypoint.sh
#!/bin/sh
npm install -g clawhub
^^^^^^^^^^^^^^^^^^^^^^
exec "$@"
EOF
ENTRYPOINT ["/entrypoint.sh"]
`,
  },
  'a script that a RUN writes from a here-document': {
    Dockerfile: `FROM node:24
RUN cat > /entrypoint.sh <<'EOF'
#!/bin/sh
apt-get install -y jq
^^^^^^^^^^^^^^^^^^^^^
EOF
ENTRYPOINT ["sh", "/entrypoint.sh"]
`,
  },
  'a package.json script': {
    Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["npm", "start"]\n',
    'package.json': `{
  "scripts": {
    "prestart": "npm install -g clawhub",
                 ^^^^^^^^^^^^^^^^^^^^^^
    "start": "node index.js"
  }
}
`,
  },
  'a compose command as a string': {
    'compose.yaml': `services:
  openclaw-gateway:
    image: ghcr.io/openclaw/openclaw:latest
    command: sh -c "apt-get install -y jq && node openclaw.mjs gateway"
                    ^^^^^^^^^^^^^^^^^^^^^
`,
  },
  'a compose command as a list': {
    'docker-compose.yml': `services:
  gw:
    image: node:24
    command:
      - bash
      - -c
      - |
        npm install -g openclaw
        ^^^^^^^^^^^^^^^^^^^^^^^
        openclaw gateway
`,
  },
  'a compose entrypoint in a folded scalar': {
    'docker-compose.yml': `services:
  gw:
    image: node:24
    entrypoint: >
      /bin/sh -c "
        apk add --no-cache ffmpeg &&
        ^^^^^^^^^^^^^^^^^^^^^^^^^
        exec node index.js"
`,
  },
  'a compose command with escaped variables': {
    'docker-compose.yml': `services:
  gw:
    image: node:24
    command: ["sh", "-c", "echo $$HOME; pip install requests"]
                                        ^^^^^^^^^^^^^^^^^^^^
`,
  },
  'a script that compose mounts': {
    'docker-compose.yml': `services:
  gw:
    image: node:24
    volumes:
      - ./init:/init:ro
    entrypoint: ["/init/start.sh"]
`,
    'init/start.sh': `#!/bin/sh
npm install -g openclaw
^^^^^^^^^^^^^^^^^^^^^^^
`,
  },
  'an entrypoint of the image that runs the command of compose': {
    Dockerfile: 'FROM node:24\nCOPY entry.sh /entry.sh\nENTRYPOINT ["/entry.sh"]\n',
    'entry.sh': '#!/bin/sh\nexec "$@"\n',
    'compose.yml': `services:
  gw:
    build: .
    command: bash -c 'npm ci && node index.js'
                      ^^^^^^
`,
  },
  'a post_start hook': {
    'compose.yml': `services:
  gw:
    image: node:24
    post_start:
      - command: apt-get install -y jq
                 ^^^^^^^^^^^^^^^^^^^^^
        user: root
`,
  },
  'an anchor that two services share, once': {
    'compose.yml': `x-start: &start
  command: sh -c "npm install && npm start"
                  ^^^^^^^^^^^
services:
  a:
    <<: *start
    image: node:24
  b:
    <<: *start
    image: node:24
`,
  },
  'the Dockerfile and context that compose names': {
    'deploy/compose.yml':
      'services:\n  gw:\n    build:\n      context: ..\n      dockerfile: docker/gateway.Dockerfile\n',
    'docker/gateway.Dockerfile': 'FROM node:24\nCOPY scripts/up.sh /up.sh\nCMD ["/up.sh"]\n',
    'scripts/up.sh': `#!/bin/sh
uv tool install nano-pdf
^^^^^^^^^^^^^^^^^^^^^^^^
`,
  },
  'the target that compose names': {
    'compose.yml': 'services:\n  gw:\n    build: { context: ., target: dev }\n',
    Dockerfile: `FROM node:24 AS dev
CMD npm install && npm run dev
    ^^^^^^^^^^^
FROM node:24
CMD ["node", "index.js"]
`,
  },
};

const silentInScripts: Readonly<Record<string, string>> = {
  comments: '#!/bin/sh\n# apt-get install -y jq\nexec "$@" # npm install -g clawhub\n',
  'text that is only printed':
    '#!/bin/sh\necho "Run: npm install -g clawhub"\nprintf "%s\\n" "apt-get install -y jq"\n',
  'a here-document that is printed': '#!/bin/sh\ncat <<END\napt-get install -y jq\nEND\n',
  'a here-document that is written to a file':
    "#!/bin/sh\ncat > /tmp/readme.txt <<'END'\nnpm install -g clawhub\nEND\n",
  'a function that nothing calls': '#!/bin/sh\ninstall_tools() {\n  apt-get install -y jq\n}\nexec "$@"\n',
  'questions to package managers': '#!/bin/sh\nnpm --version\npip list\napt-get update\ndpkg -s jq\nbrew list\n',
  'a question that names an install':
    '#!/bin/sh\ncommand -v apt-get install\nnpm install --help\napt-get install --dry-run jq\n',
  'npm scripts': '#!/bin/sh\nnpm run build\npnpm start\nyarn start\nnpx openclaw gateway\n',
  'a download of data':
    '#!/bin/sh\ncurl -fsSL -o /data/config.json https://example.com/config.json\nwget -q https://example.com/list.txt\n',
  'a probe': '#!/bin/sh\nuntil curl -sf http://127.0.0.1:18789/healthz; do sleep 1; done\n',
  'a download that a filter reads': '#!/bin/sh\ncurl -s https://api.example.com/version | jq -r .tag_name\n',
  'an archive of data unpacked elsewhere':
    '#!/bin/sh\ncurl -L https://example.com/backup.tgz | tar -xz -C /home/node/.openclaw\n',
  'the command install, which copies': '#!/bin/sh\ninstall -m 0755 /app/gog /usr/local/bin/gog\n',
  'a file made executable that was not downloaded': '#!/bin/sh\nchmod +x /app/run.sh\n/app/run.sh\n',
  'a variable that holds a command': '#!/bin/sh\nHINT="apt-get install jq"\nexport HELP="npm install -g clawhub"\n',
  'arguments of other programs': '#!/bin/sh\ngit commit -m "npm install works"\nlogger apt-get install done\n',
  "openclaw's own installers, which write to the mounted state":
    '#!/bin/sh\nopenclaw plugins install @openclaw/matrix\nclawhub install weather\n',
  'go and cargo builds': '#!/bin/sh\ngo build ./...\ncargo build --release\n',
};

const silentProjects: Readonly<Record<string, Files>> = {
  'installs in RUN': `FROM node:24
RUN apt-get update && apt-get install -y jq
RUN npm install -g clawhub && curl -fsSL https://bun.sh/install | bash
CMD ["node", "index.js"]
`,
  'an earlier CMD, which a later one replaces':
    'FROM node:24\nCMD npm install && node index.js\nCMD ["node", "index.js"]\n',
  'a CMD of a stage that does not reach the image':
    'FROM node:24 AS build\nCMD npm install\nFROM node:24\nCMD ["node", "index.js"]\n',
  'a CMD that a new ENTRYPOINT drops':
    'FROM node:24 AS base\nCMD npm install\nFROM base\nENTRYPOINT ["node", "index.js"]\n',
  'a CMD that a shell-form ENTRYPOINT ignores': 'FROM node:24\nENTRYPOINT node index.js\nCMD ["npm", "install"]\n',
  'a commented CMD': 'FROM node:24\n# CMD apt-get install -y jq\nCMD ["node", "index.js"]\n',
  'HEALTHCHECK NONE': 'FROM node:24\nHEALTHCHECK NONE\nCMD ["node", "index.js"]\n',
  'an ONBUILD trigger': 'FROM node:24\nONBUILD RUN npm install\nCMD ["node", "index.js"]\n',
  'a script that is copied and never run': {
    Dockerfile: 'FROM node:24\nCOPY scripts/ /app/scripts/\nCMD ["node", "index.js"]\n',
    'scripts/setup.sh': '#!/bin/sh\napt-get install -y jq\n',
  },
  'a script that a RUN runs': {
    Dockerfile: 'FROM node:24\nCOPY install.sh /install.sh\nRUN /install.sh\nCMD ["node", "index.js"]\n',
    'install.sh': '#!/bin/sh\napt-get install -y jq\n',
  },
  'a script of the host': {
    Dockerfile: 'FROM node:24\nCMD ["node", "index.js"]\n',
    'setup.sh': '#!/bin/sh\nsudo apt-get install -y docker.io\ndocker compose up -d\n',
  },
  'an entrypoint of the image that compose replaces': {
    Dockerfile: 'FROM node:24\nENTRYPOINT ["sh", "-c", "npm install && npm start"]\n',
    'compose.yml': 'services:\n  gw:\n    build: .\n    entrypoint: ["node", "index.js"]\n',
  },
  'a command of the image that compose replaces': {
    Dockerfile: 'FROM node:24\nCMD npm install && npm start\n',
    'compose.yml': 'services:\n  gw:\n    build: .\n    command: ["node", "index.js"]\n',
  },
  'a file that a mount covers': {
    Dockerfile: 'FROM node:24\nCOPY start.sh /start.sh\nCMD ["/start.sh"]\n',
    'start.sh': '#!/bin/sh\nnpm install\n',
    'other.sh': '#!/bin/sh\nexec node index.js\n',
    'compose.yml': 'services:\n  gw:\n    build: .\n    volumes: ["./other.sh:/start.sh"]\n',
  },
  'environment and labels of compose': {
    'compose.yml':
      'services:\n  gw:\n    image: node:24\n    environment:\n      HINT: npm install -g clawhub\n    labels:\n      help: apt-get install -y jq\n',
  },
  'a package.json script that nothing runs': {
    Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["npm", "start"]\n',
    'package.json': '{ "scripts": { "start": "node index.js", "setup": "npm install -g clawhub" } }\n',
  },
  'a missing entrypoint': 'FROM node:24\nCOPY missing.sh /missing.sh\nENTRYPOINT ["/missing.sh"]\n',
  'a program that is no shell script': {
    Dockerfile: 'FROM node:24\nCOPY start.js /start.js\nCMD ["/start.js"]\n',
    'start.js': '#!/usr/bin/env node\nconst hint = `\nnpm install -g clawhub\n`;\n',
  },
  'an empty Dockerfile': '',
  'a Dockerfile without FROM': 'RUN\nCMD\nENTRYPOINT [\n',
  'broken YAML': { 'compose.yml': 'services:\n  gw:\n    command: [sh, -c, "\n  - : :\n' },
};

describe('runtime-install in instructions', () => {
  for (const [name, files] of Object.entries(inInstructions)) it(`finds ${name}`, () => void check(rule, files));
});

describe('runtime-install in the script that the image runs at start', () => {
  for (const [name, script] of Object.entries(inScripts)) {
    it(`finds ${name}`, () => void check(rule, withEntrypoint(script)));
  }
  for (const [name, script] of Object.entries(silentInScripts)) {
    it(`is silent about ${name}`, () => checkSilent(rule, withEntrypoint(script)));
  }
});

describe('runtime-install across files', () => {
  for (const [name, files] of Object.entries(acrossFiles)) it(`finds ${name}`, () => void check(rule, files));
  for (const [name, files] of Object.entries(silentProjects)) {
    it(`is silent about ${name}`, () => checkSilent(rule, files));
  }
});

describe('what runtime-install says', () => {
  it('names the tool, the package, and what will happen', () => {
    const [problem] = check(rule, 'FROM node:24\nCMD npm i -g clawhub\n    ^^^^^^^^^^^^^^^^\n');
    assert.equal(
      problem?.message,
      'npm installs clawhub each time the container starts; it is lost when the container is recreated. Bake it into the image.',
    );
  });

  it('names the condition', () => {
    const [problem] = check(
      rule,
      withEntrypoint('if ! command -v gog; then\n  npm i -g gog jq\n  ^^^^^^^^^^^^^^^\nfi\n'),
    );
    assert.match(problem?.message ?? '', /\(under the condition "! command -v gog"\); they are lost/);
  });

  it('shows the way from ENTRYPOINT through the scripts', () => {
    const [problem] = check(rule, {
      Dockerfile: 'FROM node:24\nCOPY a.sh b.sh /\nENTRYPOINT ["/a.sh"]\n',
      'a.sh': '/b.sh\n',
      'b.sh': 'npm i -g x\n^^^^^^^^^^\n',
    });
    assert.deepEqual(
      problem?.related.map(({ path, message }) => [path, message]),
      [
        ['/project/Dockerfile', 'ENTRYPOINT runs it'],
        ['/project/a.sh', 'which runs'],
      ],
    );
  });
});

describe('the fix of runtime-install', () => {
  it('moves a catalog binary out of the entrypoint into the Dockerfile', () => {
    const fixed = fixFirst(rule, {
      Dockerfile: 'FROM node:24-bookworm\nCOPY entry.sh /entry.sh\nUSER node\nENTRYPOINT ["/entry.sh"]\n',
      'entry.sh': `#!/bin/sh
if ! command -v gog >/dev/null; then
  echo "Installing gog"
  curl -L https://example.com/gogcli_linux_amd64.tar.gz | tar -xz -C /usr/local/bin gog
  chmod +x /usr/local/bin/gog
fi
exec node index.js
`,
    });
    assert.equal(fixed['entry.sh'], '#!/bin/sh\nexec node index.js\n');
    assert.match(
      fixed['Dockerfile'] ?? '',
      /^FROM node:24-bookworm\n\n# openclaw-vm: gog [\d.]+\nARG TARGETARCH\nRUN set -eu;/,
    );
    assert.match(fixed['Dockerfile'] ?? '', /--version; \\\n {4}rm -rf "\$tmp"\n\nCOPY entry\.sh/);
  });

  it('moves packages out of a CMD', () => {
    assert.deepEqual(
      fixFirst(rule, 'FROM node:24\nCOPY . .\nCMD apt-get update && apt-get install -y jq tmux && node index.js\n'),
      {
        Dockerfile: `FROM node:24

RUN apt-get update \\
    && apt-get install -y --no-install-recommends jq tmux \\
    && rm -rf /var/lib/apt/lists/*

COPY . .
CMD node index.js
`,
      },
    );
  });

  it('moves packages out of a compose command and keeps the rest of the file', () => {
    const fixed = fixFirst(rule, {
      Dockerfile: 'FROM alpine:3.22\nUSER node\n',
      'compose.yml':
        '# ours\nservices:\n  gw:\n    build: .   # here\n    command: sh -c "apk add jq && node index.js" # start\n',
    });
    assert.equal(
      fixed['compose.yml'],
      '# ours\nservices:\n  gw:\n    build: .   # here\n    command: sh -c "node index.js" # start\n',
    );
    assert.equal(fixed['Dockerfile'], 'FROM alpine:3.22\n\nRUN apk add --no-cache jq\n\nUSER node\n');
  });

  it('offers only the stanza where the install cannot be taken out safely', () => {
    const fixed = fixFirst(rule, {
      Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nCMD ["/e.sh"]\n',
      'e.sh': 'while ! npm i -g clawhub; do sleep 1; done\n',
    });
    assert.deepEqual(Object.keys(fixed), ['Dockerfile']);
  });

  it('leaves nothing to find', () => {
    const files = { Dockerfile: 'FROM node:24\nCMD pip install requests; node index.js\n' };
    checkSilent(rule, { ...files, ...fixFirst(rule, files) });
  });
});
