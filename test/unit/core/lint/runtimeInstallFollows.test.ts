// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files } from './check.ts';

const rule = 'runtime-install';

const found: Readonly<Record<string, Files>> = {
  'a function of a script that another one sources': {
    Dockerfile: 'FROM debian:12\nCOPY bin /app\nENTRYPOINT ["/app/start.sh"]\n',
    'bin/lib.sh': 'setup() {\n  «apt-get install -y jq»\n}\nnever() {\n  npm install\n}\n',
    'bin/start.sh': '#!/bin/bash\n. "$(dirname "$0")/lib.sh"\n[ -x /usr/bin/jq ] || setup\nexec gateway\n',
  },
  'an installer that gets arguments': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh':
      '#!/bin/sh\n«curl -fsSL https://example.com/i.sh | bash -s -- 1.2.3»\n«curl -fsSL https://example.com/i.py | python3 - --yes»\n',
  },
  'a here-document that another user runs': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': '#!/bin/sh\nsu node <<EOF\n«npm i -g openclaw»\nEOF\n',
  },
  'a text that a function of the script evaluates': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': '#!/bin/sh\nattempt() { eval "$1" || exit 1; }\nattempt "«pip install requests»"\n',
  },
  'what find runs for each file': {
    Dockerfile: 'FROM python:3.13\nCMD find . -name requirements.txt -exec «pip install -r {} \\;»\n',
  },
  'a script with line ends of Windows': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh':
      '#!/bin/sh\r\ncase "$1" in\r\n  dev)\r\n    «npm ci»\r\n    ;;\r\nesac\r\ncat <<EOF\r\nnpm install\r\nEOF\r\n',
  },
  'a script that a here-document with a blank before its name writes': {
    Dockerfile: `FROM debian:12
RUN cat > /usr/local/bin/first-run.sh << 'EOF'
#!/bin/bash
sudo -u claw bash << 'INNER'
npm install -g openclaw
^^^^^^^^^^^^^^^^^^^^^^^
INNER
EOF
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
`,
    'start.sh': '#!/bin/sh\n[ -x /usr/local/bin/first-run.sh ] && /usr/local/bin/first-run.sh\nexec openclaw gateway\n',
  },
  'a script that printf writes': {
    Dockerfile: `FROM debian:12
RUN printf '%s\\n' \\
  '#!/bin/sh' \\
  'apt-get install -y jq' \\
   ^^^^^^^^^^^^^^^^^^^^^
  'exec "$@"' > /usr/local/bin/start.sh && chmod +x /usr/local/bin/start.sh
ENTRYPOINT ["/usr/local/bin/start.sh"]
`,
  },
  'a script that echo writes at once': {
    Dockerfile: `FROM debian:12
RUN echo '#!/bin/sh\\n\\
pip install requests\\n\\
^^^^^^^^^^^^^^^^^^^^
exec python app.py' > /start.sh
CMD ["sh", "/start.sh"]
`,
  },
  'a script that echo writes line by line': {
    Dockerfile: `FROM debian:12
WORKDIR /app
RUN echo "#!/bin/bash" > start.sh
RUN echo "apk add jq" >> start.sh && echo "gem install rake" >> start.sh
          ^^^^^^^^^^
CMD ["bash", "start.sh"]
`.replace('gem install rake', '«gem install rake»'),
  },
  'an initialisation script for the entrypoint of the base image': {
    Dockerfile: 'FROM lscr.io/linuxserver/webtop:ubuntu-xfce\nCOPY root/ /\n',
    'root/etc/cont-init.d/20-tools': '#!/usr/bin/with-contenv bash\n«apt-get install -y jq»\n',
    'root/etc/services.d/gw/run': '#!/usr/bin/with-contenv bash\n«npm i -g openclaw»\nexec openclaw gateway\n',
  },
  'an initialisation script that compose mounts into an image of others': {
    'compose.yml': 'services:\n  web:\n    image: nginx:1.27\n    volumes:\n      - ./init:/docker-entrypoint.d:ro\n',
    'init/10-tools.sh': '#!/bin/sh\n«apt-get install -y jq»\n',
  },
  'a program that is unpacked aside, made executable and linked': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': `#!/bin/sh
install_tool() {
  tmp="$(mktemp -d)"
  «curl -fsSL "$BASE/$ASSET" -o "$tmp/$ASSET"»
  tar -xzf "$tmp/$ASSET" -C "$DIR.tmp" tool
  chmod 755 "$DIR.tmp/tool"
  mv "$DIR.tmp" "$DIR"
}
[ -x "$DIR/tool" ] || install_tool
`,
  },
  'a script of s6-overlay': {
    Dockerfile: 'FROM ubuntu:noble\nCOPY rootfs/ /\nENTRYPOINT ["/init"]\n',
    'rootfs/etc/cont-init.d/10-tools': `#!/command/with-contenv bash
apt-get install -y jq
^^^^^^^^^^^^^^^^^^^^^
`,
    'rootfs/etc/services.d/gw/run': `#!/usr/bin/with-contenv bash
npm i -g openclaw
^^^^^^^^^^^^^^^^^
exec openclaw gateway
`,
  },
  'what an s6-rc "up" file names': {
    Dockerfile: 'FROM debian:12\nCOPY root /\nENTRYPOINT ["/init"]\n',
    'root/etc/s6-overlay/s6-rc.d/init-tools/up': '/etc/s6-overlay/scripts/init-tools.sh\n',
    'root/etc/s6-overlay/scripts/init-tools.sh': `#!/bin/sh
pip install requests
^^^^^^^^^^^^^^^^^^^^
`,
  },
  'a program of supervisord': {
    Dockerfile: 'FROM debian:12\nCOPY supervisord.conf /etc/supervisor/conf.d/gw.conf\nCMD ["supervisord", "-n"]\n',
    'supervisord.conf': `[supervisord]
nodaemon=true
[program:gw]
command=bash -c "npm install -g openclaw && openclaw gateway"
                 ^^^^^^^^^^^^^^^^^^^^^^^
[eventlistener:x]
command=npm install
`,
  },
  'a script that supervisord starts from a named configuration': {
    Dockerfile: 'FROM debian:12\nCOPY deploy /deploy\nCMD ["/usr/bin/supervisord", "-c", "/deploy/s.conf"]\n',
    'deploy/s.conf': '[program:gw]\n command = /deploy/gw.sh --flag\n',
    'deploy/gw.sh': `#!/bin/sh
uv tool install nano-pdf
^^^^^^^^^^^^^^^^^^^^^^^^
`,
  },
  'a command that a function gets': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': `#!/bin/sh
retry() { n=$1; shift; until "$@"; do sleep 1; done; }
retry 3 npm install -g clawhub
        ^^^^^^^^^^^^^^^^^^^^^^
`,
  },
  'a script whose path is in a variable': {
    Dockerfile: 'FROM node:24\nENV TOOLS=/opt/tools\nCOPY tools /opt/tools\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': '#!/bin/sh\nSCRIPT="${TOOLS}/setup.sh"\nbash "$SCRIPT"\n',
    'tools/setup.sh': `apk add jq
^^^^^^^^^^
`,
  },
  'a download whose target is in a variable': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': `#!/bin/sh
BIN_DIR="\${BIN_DIR:-/usr/local/bin}"
curl -fsSL https://example.com/gog -o "$BIN_DIR/gog"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  },
  'installs in a running container, from a script of the host': {
    'setup.sh': `#!/bin/bash
docker compose up -d
docker compose exec -T -u root openclaw-gateway apt-get install -y ffmpeg
                                                ^^^^^^^^^^^^^^^^^^^^^^^^^
docker exec -it gateway sh -c "npm install -g clawhub && clawhub --version"
                               ^^^^^^^^^^^^^^^^^^^^^^
docker-compose -f compose.yml exec gw pip install requests
                                      ^^^^^^^^^^^^^^^^^^^^
`,
  },
  'installs in a running container, from a makefile': {
    Makefile: `tools:
\t@docker compose exec gw npm install -g clawhub
                         ^^^^^^^^^^^^^^^^^^^^^^
`,
  },
  'a command that an array holds': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': `#!/bin/bash
tools=(jq)
tools+=(curl)
cmd=(apt-get install -y)
«apt-get install -y "\${tools[@]}"»
«"\${cmd[@]}" git»
words=(install --global clawhub)
«npm "\${words[@]}"»
`,
  },
  'a command that a variable holds': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': '#!/bin/sh\nSUDO=\nADD="apk add --no-cache"\n$SUDO «apt-get install -y jq»\n«$ADD curl»\n',
  },
  'a manager that is looked up': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh':
      '#!/bin/sh\n«$(which npm) install -g clawhub»\n«"$(command -v pip3)" install requests»\n«`which yarn` add x»\n',
  },
  'a script that a group of commands writes': {
    Dockerfile: `FROM node:24
RUN { echo '#!/bin/sh'; echo '«npm install -g clawhub»'; echo 'exec node index.js'; } > /start.sh && chmod +x /start.sh
RUN (echo '#!/bin/sh' && printf '«pip install requests»\\n') > /two.sh
CMD /start.sh && sh /two.sh
`,
  },
  'versions of a language': {
    Dockerfile: 'FROM debian:12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh':
      '#!/bin/bash\n. ~/.nvm/nvm.sh\n«nvm install 24»\n«fnm install --lts»\n«mise use -g node@24»\n«n lts»\n«asdf install nodejs 24.0.0»\n«nix-env -iA nixpkgs.jq»\n«bundle»\n',
  },
  'a health check of compose that a shell runs': {
    'compose.yaml': `services:
  web:
    image: node:24-alpine
    healthcheck:
      test: ["CMD-SHELL", "command -v curl || «apk add curl»; curl -f localhost"]
  api:
    image: node:24-alpine
    healthcheck:
      test: which wget || «apk add wget» && wget -q localhost
`,
  },
  'a Dockerfile that stands in the compose file': {
    'compose.yaml': `services:
  worker:
    build:
      context: .
      dockerfile_inline: |
        FROM python:3.13-slim
        WORKDIR /app
        RUN pip install gunicorn
        COPY . .
        CMD «pip install -r requirements.txt» && python worker.py
    restart: unless-stopped
  web:
    build:
      dockerfile_inline: |
        FROM node:24
        COPY bin/start.sh /start.sh
        ENTRYPOINT ["/start.sh"]
`,
    'bin/start.sh': '#!/bin/sh\n«npm install -g clawhub»\nexec "$@"\n',
  },
  'a command of compose that is written as if a shell ran it': {
    'compose.yaml':
      'services:\n  api:\n    image: python:3.13\n    command: apt-get update && «apt-get install -y ffmpeg» && «pip install -r requirements.txt» && python app.py\n',
  },
};

const silent: Readonly<Record<string, Files>> = {
  'what s6 does not run': {
    Dockerfile: 'FROM ubuntu:noble\nCOPY rootfs/ /\nENTRYPOINT ["/init"]\n',
    'rootfs/etc/s6-overlay/lib/setup.sh': '#!/bin/sh\napt-get install -y jq\n',
  },
  'an answer of the network that a program reads as data': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': `#!/bin/sh
curl -sf https://example.com/v | python3 -c 'import json, sys; print(json.load(sys.stdin))'
curl -sf https://example.com/v | python3 -m json.tool
curl -sf https://example.com/v | node -e 'process.stdin.pipe(process.stdout)'
curl -sf https://example.com/v | bash -c 'cat > /tmp/v'
curl -sf https://example.com/v | python3 /app/read.py
`,
  },
  'what follows exec or exit': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nCOPY f.sh /f.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': '#!/bin/sh\nexec >/tmp/log 2>&1\n/f.sh\nexec node index.js\nnpm install\n',
    'f.sh': '#!/bin/sh\nexit 0\nnpm ci\n',
  },
  'a function of the script that is called as a package manager of others': {
    Dockerfile: 'FROM debian:12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': '#!/bin/sh\ninstall_packages() { echo "$@"; }\ninstall_packages jq\n',
  },
  'initialisation scripts under an entrypoint of the image itself': {
    Dockerfile: 'FROM lscr.io/linuxserver/webtop:latest\nCOPY root/ /\nENTRYPOINT ["sleep", "infinity"]\n',
    'root/etc/cont-init.d/20-tools': '#!/bin/sh\napt-get install -y jq\n',
  },
  'a script that is printed and never run': {
    Dockerfile:
      'FROM debian:12\nRUN printf \'#!/bin/sh\\nnpm install\\n\' > /opt/help.sh && echo \'apk add jq\' >> /opt/help.sh\nCMD ["sleep", "1"]\n',
  },
  's6 scripts in an image that starts something else': {
    Dockerfile: 'FROM ubuntu:noble\nCOPY rootfs/ /\nCMD ["node", "x"]\n',
    'rootfs/etc/cont-init.d/10-tools': '#!/bin/sh\napt-get install -y jq\n',
  },
  'host scripts that install on the host or build': {
    'setup.sh':
      '#!/bin/sh\napt-get install -y docker.io\ndocker build -t x .\ndocker compose run --rm cli npm ci\ndocker compose exec gw npm ls\n',
  },
  'a function that only prints its arguments': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': '#!/bin/sh\nlog() { echo "[x] $*"; }\nlog npm install -g clawhub\n',
  },
  'an array and a variable that are no commands': {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': `#!/bin/bash
hint=(npm install -g clawhub)
echo "\${hint[@]}"
HELP="npm install -g clawhub"
echo $HELP
"$HELP" 2>/dev/null
list=(npm ls)
"\${list[@]}"
`,
  },
  'a group of commands whose file nothing runs': {
    Dockerfile:
      'FROM node:24\nRUN { echo \'#!/bin/sh\'; echo \'npm install -g clawhub\'; } > /opt/help.sh\nCMD ["node", "index.js"]\n',
  },
  'versions that are only chosen': {
    Dockerfile: 'FROM debian:12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
    'e.sh':
      '#!/bin/bash\n. ~/.nvm/nvm.sh\nnvm use 24\nfnm use 24\nmise exec -- node x\nn --version\nbundle exec rails s\nnix-env -q\n',
  },
  'a Dockerfile in the compose file whose command compose replaces': {
    'compose.yaml':
      'services:\n  worker:\n    build:\n      dockerfile_inline: |\n        FROM python:3.13\n        RUN pip install flask\n        CMD pip install requests && python x.py\n    command: ["python", "y.py"]\n',
  },
  'a health check that asks for a program': {
    'compose.yaml':
      'services:\n  web:\n    image: node:24\n    healthcheck:\n      test: command -v apk && curl -f localhost || exit 1\n',
  },
  'a makefile that only mentions them': {
    Makefile: '# docker compose exec gw npm install\nhelp:\n\t@echo "docker exec gw npm install"\n',
  },
};

describe('the chain to an install', () => {
  it('stays inside the Dockerfile when the command comes from compose', () => {
    const Dockerfile = 'FROM node:24\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n';
    const command = `node ${'server.js '.repeat(40)}`;
    const [problem] = check(rule, {
      Dockerfile,
      'start.sh': '#!/bin/sh\nnpm i -g mcporter\n^^^^^^^^^^^^^^^^^\nexec "$@"\n',
      'compose.yaml': `services:\n  a:\n    build: .\n    command: ${command}\n`,
    });
    assert.deepEqual(
      problem?.related.map(({ range }) => Dockerfile.slice(range.start, range.end)),
      ['/start.sh'],
    );
  });
});

describe('an init that only runs its arguments', () => {
  for (const [name, entrypoint, command] of [
    ['tini and a shell of compose', '["tini", "-s", "--"]', 'sh -c "npm i -g mcporter && openclaw gateway"'],
    ['a shell as the entrypoint', '["/bin/sh", "-c"]', '["npm i -g mcporter && openclaw gateway"]'],
    ['gosu and plain words', '["gosu", "node"]', 'npm i -g mcporter'],
  ] as const) {
    it(`leads to the compose file: ${name}`, () => {
      const line = `    command: ${command}`;
      const at = line.indexOf('npm i -g mcporter');
      const mark = `${' '.repeat(at)}${'^'.repeat('npm i -g mcporter'.length)}`;
      const [problem] = check(rule, {
        Dockerfile: `FROM ghcr.io/openclaw/openclaw:2026.9.6\nENTRYPOINT ${entrypoint}\n`,
        'compose.yaml': `services:\n  a:\n    build: .\n${line}\n${mark}\n`,
      });
      assert.ok(problem?.related.every(({ path }) => path === '/project/compose.yaml'));
    });
  }
});

describe('runtime-install follows what runs', () => {
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => void check(rule, files));
  for (const [name, files] of Object.entries(silent)) it(`is silent about ${name}`, () => checkSilent(rule, files));

  it('is milder about a running container', () => {
    const problems = check(rule, { 'a.sh': 'docker exec gw npm i -g x\n               ^^^^^^^^^^\n' });
    assert.equal(problems[0]?.severity, 'information');
    assert.match(problems[0]?.message ?? '', /inside a running container; it is lost when the container is recreated/);
  });
});
