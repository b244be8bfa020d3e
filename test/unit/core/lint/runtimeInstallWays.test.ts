// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells look like this.

import { describeRule, type Files } from './check.ts';

/** An image that runs a script of the project, and copies a folder beside it. */
function started(script: string, more: Readonly<Record<string, string>> = {}): Files {
  return {
    Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nCOPY steps /opt/steps\nENTRYPOINT ["/e.sh"]\n',
    'e.sh': `#!/bin/bash\n${script}`,
    ...more,
  };
}

const step = { 'steps/10-tools.sh': '#!/bin/sh\n«apk add jq»\n' };
const npmScripts = (scripts: string): Files => ({
  Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["npm", "start"]\n',
  'package.json': `{"scripts": {${scripts}}}`,
});

describeRule('runtime-install', {
  finds: {
    'scripts of a folder, one after the other': started(
      'for f in /opt/steps/*.sh; do\n  [ -x "$f" ] && "$f"\ndone\nexec "$@"\n',
      step,
    ),
    'a command in a variable that is evaluated': started(
      'run="npm i -g foo && npm cache clean --force"\neval "«$run»"\nbash -lc "«$run»"\n'.replaceAll(
        '"«$run»"',
        '«"$run"»',
      ),
    ),
    'a command in a variable with an argument that nobody knows': started('run="pip install $1"\neval «"$run"»\n'),
    'a command in a variable that has grown': started('run="apk add"\nrun+=" jq"\neval «"$run"»\n«$run»\n'),
    'all the words that eval gets': started('eval «npm install -g foo»\n'),
    'a command that stands in for a variable': started('«${INSTALL:-npm install}»\nsh -c «"${INSTALL:-npm ci}"»\n'),
    'a command behind a variable that may be empty': started('${SUDO:-} «apt-get install -y jq»\n$SUDO «apk add jq»\n'),
    'a text that a function calls by another name': started(
      'as_node() {\n  local line="$1"\n  su node -c "cd /app && $line"\n}\nas_node "«npm i -g $TOOL»"\n',
    ),
    'arguments that a function joins under another name': started(
      'as_node() {\n  local all="$*"\n  su node -c "$all"\n}\nas_node «npm i -g foo»\n',
    ),
    'a script beside the one that asks where it is': {
      Dockerfile: 'FROM node:24\nCOPY . /app\nENTRYPOINT ["/app/e.sh"]\n',
      'e.sh': '#!/bin/bash\nsource "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/lib.sh"\n',
      'lib.sh': '«npm i -g foo»\n',
    },
    'scripts of a folder that a loop sources': started('for f in "$(dirname "$0")"/steps/*; do . "$f"; done\n', step),
    'scripts of a folder in a variable': started('D=/opt/steps\nfor f in "$D"/*.sh; do bash "$f"; done\n', step),
    'scripts that ls lists': started('for f in $(ls /opt/steps/*.sh); do sh $f; done\n', step),
    'scripts that find lists for a loop': started(
      'find /opt/steps -type f -name \'*.sh\' | sort | while read -r f; do bash "$f"; done\n',
      step,
    ),
    'scripts of run-parts, without an extension': {
      ...(started('run-parts --exit-on-error /etc/gw.d\n') as Record<string, string>),
      Dockerfile: 'FROM debian:12\nCOPY e.sh /e.sh\nCOPY gw.d/ /etc/gw.d/\nCMD /e.sh\n',
      'gw.d/10-tools': '#!/bin/sh\n«apt-get install -y jq»\n',
    },
    'a script that the container writes before it runs it': started(
      "cat > /tmp/go.sh <<'END'\n«npm install -g clawhub»\nEND\nchmod +x /tmp/go.sh\n/tmp/go.sh\n",
    ),
    'a script that tee writes': started('tee /tmp/go.sh >/dev/null <<END\n«npm i -g x»\nEND\nsh /tmp/go.sh\n'),
    'what stands behind a wait for another service': {
      'compose.yaml':
        'services:\n  web:\n    image: node:24\n    command: ["./wait-for-it.sh", "db:5432", "-t", "30", "--", «"npm", "ci"»]\n',
    },
    'what starts under another program': started(`wait-for db:5432 -- «npm ci»
dockerize -wait tcp://db:5432 -timeout 30s «npm i»
xvfb-run -a bash -c "«pip install x»"
dbus-run-session -- sh -c "«npm i -g y» && node ."
doppler run -- «yarn install»
proxychains4 -q «npm install -g z»
script -q -c "«gem install a»" /dev/null
eatmydata «apt-get install -y jq»
`),
    'a function that runs its words as another user': started(
      'as_node() { su node -s /bin/bash -c "cd /app && $*"; }\nas_node «npm install -g clawhub»\n',
    ),
    'pip by way of Python': started('«python3 -I -m pip install x»\n«"$PYTHON" -m pip install y»\n'),
    'a pip in a variable that the container gets': started('«${PIP:-pip3} install -r r.txt»\n'),
    'upgrades of all packages': started('«apk upgrade»\n«sdk install java 21»\n«pnpm env use --global 24»\n'),
    'scripts of package.json that run-s runs': npmScripts(
      '"start": "run-s setup serve", "setup": "«npm ci»", "serve": "node ."',
    ),
    'scripts of package.json that npm-run-all runs': npmScripts(
      '"start": "npm-run-all --parallel setup serve", "setup": "«npm ci»", "serve": "node ."',
    ),
    'scripts of a package.json in another folder': {
      Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD npm --prefix web start & pnpm -C api run serve\n',
      'package.json': '{ "scripts": { "start": "npm i other" } }',
      'web/package.json': '{ "scripts": { "prestart": "«npm ci»", "start": "node ." } }',
      'api/package.json': '{ "scripts": { "serve": "sh ./go.sh" } }',
      'api/go.sh': '«apt-get install -y jq»\n',
    },
    'commands of concurrently': npmScripts(
      '"start": "concurrently \\"npm run a\\" npm:b", "a": "«npm i x» && node a", "b": "«npm i y» && node b"',
    ),
    'the engine in a variable of a makefile': {
      Makefile: 'DC = docker compose\ndeps:\n\t$(DC) exec -T web «npm install»\n',
    },
    'the engine in a variable of a script': {
      'a.sh':
        'DC="docker compose"\n$DC exec gw «npm i -g x»\nC=(docker compose -f a.yml)\n"${C[@]}" exec gw «apk add jq»\n$COMPOSE exec gw «gem install y»\n',
    },
    'a script that is copied into a running container': {
      'bin/up.sh':
        'DIR="$(cd "$(dirname "$0")" && pwd)"\ndocker cp "$DIR/tools.sh" gw:/tmp/\ndocker exec -u root gw bash /tmp/tools.sh\ndocker compose cp ./more.sh gw:/tmp/m\ndocker compose exec gw sh -c "chmod +x /tmp/m && /tmp/m"\n',
      'bin/tools.sh': '#!/bin/bash\n«apt-get install -y jq»\n',
      'bin/more.sh': '«npm i -g foo»\n',
      'here.sh': 'docker cp packages.sh "$C":/.\ndocker exec "$C" bash packages.sh\n',
      'packages.sh': '«pip install requests»\n',
    },
    'a script of the image that people run in the container': {
      Dockerfile: 'FROM node:24\nCOPY scripts /opt/scripts\nCMD ["node", "a.js"]\n',
      'scripts/update.sh': '#!/bin/sh\n«npm update -g openclaw»\n',
      Makefile: 'update:\n\tdocker compose exec gw /opt/scripts/update.sh\n',
    },
    'functions that shorten a command': {
      'a.sh':
        'compose() {\n  docker compose -f "$F" "$@"\n}\ncompose exec -T gw «npm i -g foo»\nremote() { ssh root@"$IP" "$@"; }\nremote "docker exec gw «apk add jq»"\n',
    },
    'a script without an extension': {
      'scripts/gw-setup': '#!/usr/bin/env bash\ndocker exec gw «npm i -g foo»\n',
    },
    'a mounted script, and one that the shell in the container reads': {
      'compose.yaml': 'services:\n  gw:\n    image: node:24\n    volumes: [./tools:/tools]\n',
      'tools/a.sh': '«pip install requests»\n',
      'tools/b.sh': '«pip install rich»\n',
      'up.sh': 'docker exec gw sh /tools/a.sh\ndocker exec -i gw bash -s < tools/b.sh\n',
    },
    'a here-document for a shell in a container': {
      'a.sh': "docker exec -i gw bash <<'END'\napt-get update\n«apt-get install -y jq»\nEND\n",
    },
    'a container on another host': {
      'a.sh': 'ssh root@vm "docker exec gw «npm i -g x»"\nssh vm <<END\ndocker exec gw «npm i -g y»\nEND\n',
    },
    'functions that run their words in a container': {
      'a.sh':
        'in_gw() { docker exec -u root gw "$@"; }\nin_gw «apt-get install -y jq»\nsh_gw() { docker compose exec gw bash -c "$1"; }\nsh_gw "cd /app && «npm ci»"\n',
    },
    'tasks of Taskfile': {
      'Taskfile.yml':
        "version: '3'\ntasks:\n  deps:\n    cmds:\n      - docker compose exec gw «npm i -g x»\n      - cmd: docker exec gw «npm i -g y»\n      - |\n        docker exec gw true\n        docker exec gw «npm i -g z»\n",
    },
    'tasks of VS Code': {
      '.vscode/tasks.json':
        '{\n  // for the gateway\n  "tasks": [{ "type": "shell", "command": "docker exec gw «npm i -g x»" }]\n}\n',
    },
    'scripts of package.json for containers': {
      'package.json': '{"scripts": {"deps": "docker compose exec web «npm install»"}}',
    },
    'a command line in a variable that names others': {
      'a.sh':
        'SSH="ssh -p $PORT root@$HOST"\n$SSH "docker exec gw bash -c \'«apt-get install -y jq»\'"\nC="docker compose -f $DIR/c.yml"\n$C exec -T app «composer install»\n',
    },
    'a script of the image that compose takes from a registry': {
      Dockerfile: 'FROM ghcr.io/openclaw/openclaw:latest\nCOPY start.sh /usr/local/bin/gw-start\n',
      'start.sh': '#!/bin/sh\n«pip install x»\n',
      'compose.yaml': 'services:\n  gw:\n    image: ghcr.io/me/gw:latest\n    entrypoint: [/usr/local/bin/gw-start]\n',
    },
    'a script of an image that is built by hand': {
      'docker/Dockerfile': 'FROM node:24\nCOPY docker/start.sh /opt/start.sh\n',
      'docker/start.sh': '#!/bin/sh\n«npm i -g openclaw»\n',
      'compose.yaml': 'services:\n  gw:\n    image: openclaw:local\n    command: sh /opt/start.sh\n',
    },
    'compose files by other names': {
      'gateway.compose.yml':
        'services:\n  gw:\n    image: node:24\n    command: sh -c "«npm i -g openclaw» && openclaw gateway"\n',
      'prod-docker-compose.yaml': 'services:\n  gw:\n    image: node:24\n    command: «npm install» && npm start\n',
      'production.yml': 'services:\n  gw:\n    image: node:24\n    command: «npm ci» && npm start\n',
      'docker-stack.prod.yml': 'services:\n  gw:\n    image: node:24\n    command: [sh, -c, "«yarn» && yarn start"]\n',
    },
    'compose files that others include or extend': {
      'compose.yaml': 'include:\n  - parts/gateway.yml\nservices: {}\n',
      'parts/gateway.yml':
        'services:\n  gw:\n    image: node:24\n    command: «npm install» && npm start\n    extends:\n      file: ../base/common.yaml\n      service: base\n',
      'base/common.yaml': 'services:\n  base:\n    image: node:24\n    command: sh -c "«yarn install» && yarn start"\n',
    },
    'a script that stands in a compose file': {
      'compose.yaml': `services:
  gw:
    image: node:24
    entrypoint: ["/bin/sh", "/start.sh"]
    configs:
      - source: start
        target: /start.sh
  other:
    image: node:24
    entrypoint: sh /run_it
    configs: [run_it]
configs:
  start:
    content: |
      #!/bin/sh
      if [ -z "$$SKIP" ]; then
        «npm i -g foo»
      fi
      exec node a.js
  run_it:
    file: ./run-it.sh
`,
      'run-it.sh': '#!/bin/sh\n«apk add jq»\n',
    },
    'a script that Coolify writes from a compose file': {
      'compose.yaml': `services:
  gw:
    image: node:24
    command: bash /setup.sh
    volumes:
      - type: bind
        source: ./setup.sh
        target: /setup.sh
        content: |
          «pip install requests»
          exec python a.py
`,
    },
    'an initialisation folder that compose mounts under another name': {
      'compose.yaml':
        'services:\n  code:\n    image: lscr.io/linuxserver/code-server:latest\n    volumes: [./custom:/custom-cont-init.d:ro]\n',
      'custom/install.sh': '#!/usr/bin/with-contenv bash\n«apk add jq»\n',
    },
    'commands as another user, however they are written': started(`sudo -iu node «npm i -g z»
chroot --userspec=1000 / «npm ci»
sudo -u node -H bash -c '«npm i -g y»'
su node -s /bin/sh <<'END'
«npm i x»
END
`),
    'a program that is unpacked into a folder of PATH': started(
      '«curl -fsSL https://example.com/node-v24.tar.xz | tar -xJ -C /opt/node --strip-components=1»\nexport PATH="/opt/node/bin:$PATH"\n',
    ),
    'a recipe of a justfile with a variable': {
      justfile: 'dc := "docker compose"\ndeps:\n  {{dc}} exec gw «npm i -g x»\n',
    },
  },
  isSilentAbout: {
    'a loop over files that are no scripts': started(
      'for f in /opt/steps/*.json; do cat "$f"; done\nfor f in /opt/steps/*.sh; do chmod +x "$f"; done\n',
      { 'steps/10-tools.sh': 'apk add jq\n', 'steps/a.json': '{}' },
    ),
    'a loop over other files of the folder': started('for f in /opt/steps/*.bash; do "$f"; done\n', {
      'steps/10-tools.sh': 'apk add jq\n',
    }),
    'a loop over folders': started('for d in /opt/steps/*/; do ls "$d"; done\n', {
      'steps/a/10-tools.sh': 'apk add jq\n',
    }),
    'a list that is only printed': started('find /opt/steps -name "*.sh" | while read -r f; do echo "$f"; done\n', {
      'steps/10-tools.sh': 'apk add jq\n',
    }),
    'a script that is written and not run': started("cat > /tmp/go.sh <<'END'\nnpm install -g clawhub\nEND\n"),
    'text that is written where a script was': started('cat > /tmp/a.txt <<END\nnpm i\nEND\nbash /tmp/b.sh\n'),
    'words of a wait that are no command': started('wait-for-it.sh db:5432 -t 30\nwait $PID\ndockerize -version\n'),
    'a function that only prints its words': started('say() { echo "$*"; }\nsay npm install -g x\n'),
    'other modules of Python': started(
      'python3 -m venv /v\npython3 -c "import pip" install x\n"$PYTHON" app.py install\n',
    ),
    'scripts of package.json that nothing runs': npmScripts(
      '"start": "run-s serve", "setup": "npm ci", "serve": "node ."',
    ),
    'runs in containers that install nothing': {
      Makefile: 'DC = docker compose\nt:\n\t$(DC) exec web npm test\nu:\n\t$(DC) run --rm web npm run build\n',
      'Taskfile.yml':
        'version: "3"\ntasks:\n  a:\n    cmds: [docker exec gw npm test]\n    desc: docker exec gw npm i\n',
      'package.json': '{"scripts": {"t": "docker compose exec web npm test"}, "x": "docker exec a npm i"}',
      '.vscode/tasks.json': '{"tasks": [{"label": "docker exec gw npm i", "command": "docker exec gw ls"}]}',
      justfile: 'a:\n  {{x}} exec gw npm test\n',
    },
    'a script of the same name in an image of others': {
      Dockerfile: 'FROM debian:12\nCOPY docker-entrypoint.sh /usr/local/bin/\nCMD ["true"]\n',
      'docker-entrypoint.sh': '#!/bin/sh\napt-get install -y jq\nexec "$@"\n',
      'compose.yaml':
        'services:\n  db:\n    image: postgres:17\n    entrypoint: docker-entrypoint.sh\n    command: postgres -c x=1\n',
    },
    'a command line in a variable that is only printed': {
      'a.sh': 'C="docker compose -f $DIR/c.yml"\necho $C exec app npm i\n"$C" exec app npm i\n',
    },
    'a command in a variable that only stands in a text': started(
      'run="npm i -g foo"\necho "$run"\nlog() { echo "$1"; }\nlog "npm i"\n',
    ),
    'a variable that is set to another command before it is evaluated': started(
      'run="npm install"\nrun="node server.js"\neval "$run"\n',
    ),
    'a command that a set variable replaces': started('export RUN="node a.js"\n${RUN:-npm install}\n'),
    'a variable that holds a program that installs nothing': started(
      'sh -c "${START:-node install.js}"\n$RUN node i.js\n',
    ),
    'an archive beside PATH': started(
      'curl -fsSL https://example.com/d.tgz | tar -xz -C /opt/data\nexport PATH="/opt/database/bin:$PATH"\nexport DATA=/opt/data/bin\n',
    ),
    'files that compose is not read from': {
      'docker-composer.yml': 'services:\n  gw:\n    image: node:24\n    command: npm install && npm start\n',
      'service.yml': 'services:\n  gw:\n    image: node:24\n    command: npm install\n',
      'decompose.yaml': 'services:\n  gw:\n    image: node:24\n    command: npm install\n',
    },
    'a configuration that holds a script which nothing starts': {
      'compose.yaml':
        'services:\n  gw:\n    image: node:24\n    command: sh /a.sh\n    configs: [{source: b, target: /b.sh}]\nconfigs:\n  b:\n    content: npm install\n',
    },
    'files by the names of compose that hold something else': {
      'production.yml': 'image: node:24\ncommand: npm install\n',
      'stack.yaml': 'services:\n  - name: gw\n    command: npm install\n',
      'local.yml': 'services: [',
    },
    'functions that shorten something else': {
      'a.sh':
        'compose() { docker compose "$@"; }\ncompose run --rm gw npm ci\nshow() { echo docker "$@"; }\nshow exec gw npm i\n',
    },
    'files without an extension that are no shell scripts': {
      'scripts/gw-setup': '#!/usr/bin/env python3\ndocker exec gw npm i -g foo\n',
      'scripts/notes': 'docker exec gw npm i -g foo\n',
    },
    'scripts that are only copied into a container, and programs that are no shell scripts': {
      'up.sh':
        'docker cp a.sh gw:/a.sh\ndocker exec gw ls /a.sh\ndocker cp b.py gw:/b.py\ndocker exec gw /b.py\ndocker exec gw sh /x/a.sh\n',
      'a.sh': 'npm i -g foo\n',
      'b.py': '#!/usr/bin/env python3\nnpm i -g foo\n',
    },
    'installs on another host': { 'a.sh': 'ssh vm "apt-get install -y jq"\nssh vm docker ps\nbash -c "npm i"\n' },
    'a broken Taskfile': {
      'Taskfile.yml': 'tasks:\n  a: [cmds: docker exec\n',
      '.vscode/tasks.json': '{"tasks": exec',
    },
  },
});
