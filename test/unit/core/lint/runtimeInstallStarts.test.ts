// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells look like this.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MappedText } from '../../../../src/core/text/MappedText.ts';
import { readTomlTexts } from '../../../../src/core/workspace/start/readTomlTexts.ts';
import { check, checkSilent, describeRule, type Files } from './check.ts';

const node = 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n';

const platforms: Record<'found' | 'silent', Readonly<Record<string, Files>>> = {
  found: {
    'a process of fly.toml': {
      Dockerfile: node,
      'fly.toml':
        'app = "gw"\n\n[processes]\n  app = "sh -c \'«npm ci» && npm start\'"\n  "worker" = "node worker.js"\n',
    },
    'a process of fly.toml that is written for a shell': {
      Dockerfile: node,
      'fly.production.toml':
        "[build]\ndockerfile = 'Dockerfile'\n[processes]\nweb = '«npm i» && npm start' # in the cloud\n",
    },
    'a script that a process of fly.toml runs through the entrypoint': {
      'deploy/Dockerfile': 'FROM node:24\nCOPY deploy/e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
      'deploy/e.sh': '#!/bin/sh\nexec "$@"\n',
      'fly.toml': '[build]\n  dockerfile = "deploy/Dockerfile"\n[processes]\napp = "«npm install -g openclaw»"\n',
    },
    'the dockerCommand of a Render service': {
      Dockerfile: node,
      'render.yaml':
        'services:\n  - type: web\n    name: gw\n    runtime: docker\n    dockerCommand: /bin/sh -c "«npm install -g openclaw» && openclaw gateway"\n',
    },
    'a script that the dockerCommand of a Render service runs': {
      'docker/Dockerfile': 'FROM debian:12\nCOPY start.sh /start.sh\nCMD ["gateway"]\n',
      'start.sh': '#!/bin/sh\n«apt-get install -y jq»\nexec gateway\n',
      'render.yaml':
        'services:\n- type: web\n  env: docker\n  dockerfilePath: ./docker/Dockerfile\n  dockerCommand: /start.sh\n',
    },
    'the startCommand of railway.json': {
      Dockerfile: node,
      'railway.json':
        '{\n  "build": { "builder": "DOCKERFILE", "dockerfilePath": "Dockerfile" },\n  "deploy": { "startCommand": "«npm install» && npm start" }\n}\n',
    },
    'the startCommand of railway.toml, in a shell': {
      Dockerfile: node,
      'railway.toml':
        '[build]\nbuilder = "dockerfile"\n\n[deploy]\nstartCommand = "/bin/sh -c \\"«npm install» && npm start\\""\n',
    },
    'the startCommand of railway.json that names no builder': {
      'api/Dockerfile': node,
      'api/railway.json': '{"deploy": {"startCommand": "«pip install -r requirements.txt»"}}',
    },
  },
  silent: {
    'the release command of fly.toml': {
      Dockerfile: node,
      'fly.toml': '[deploy]\n  release_command = "npm ci"\n[processes]\n  app = "npm start"\n',
    },
    'processes of fly.toml for an image of others': {
      Dockerfile: node,
      'fly.toml': '[build]\nimage = "ghcr.io/o/r:1"\n[processes]\napp = "npm i"\n',
    },
    'other tables of fly.toml that name processes': {
      Dockerfile: node,
      'fly.toml': '[[services]]\n  processes = ["app"]\n  command = "npm i"\n[env]\n  app = "npm install"\n',
    },
    'a Render service that no Dockerfile builds': {
      Dockerfile: node,
      'render.yaml':
        'services:\n  - type: web\n    runtime: node\n    buildCommand: npm ci\n    startCommand: npm install && npm start\n  - type: web\n    runtime: docker\n    buildCommand: npm i\n',
    },
    'a Railway service that no Dockerfile builds': {
      Dockerfile: node,
      'railway.json':
        '{"build": {"builder": "NIXPACKS", "buildCommand": "npm i"}, "deploy": {"startCommand": "npm i && npm start"}}',
    },
    'the build and the pre-deploy command of Railway': {
      Dockerfile: node,
      'railway.toml':
        '[build]\nbuildCommand = "npm ci"\n[deploy]\npreDeployCommand = "npm i -g knex"\nstartCommand = "npm start"\n',
    },
    "what the image's entrypoint would run, where Railway runs something else": {
      Dockerfile: node,
      'railway.json': '{"deploy": {"startCommand": "node server.js"}}',
    },
    'a project with no Dockerfile': {
      'fly.toml': '[processes]\napp = "npm i"\n',
      'railway.json': '{"deploy": {"startCommand": "npm i"}}',
      'render.yaml': 'services:\n  - runtime: docker\n    dockerCommand: npm i\n',
    },
    'broken files of platforms': {
      Dockerfile: node,
      'fly.toml': '[processes\napp = "npm i"\n[processes]\nweb = "npm i\nx = """npm i"""\n',
      'railway.json': '{"deploy": {"startCommand": ["npm i"], ',
      'render.yaml': 'services:\n  - dockerCommand: [npm, i]\n  - !!x\n',
    },
  },
};

const made: Record<'found' | 'silent', Readonly<Record<string, Files>>> = {
  found: {
    'the recipe of a target that CMD makes': {
      Dockerfile: 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD ["make", "run"]\n',
      Makefile: 'build:\n\tpip install build\n\nrun:\n\t@«pip install -r requirements.txt»\n\tpython app.py\n',
    },
    'a prerequisite of the target': {
      Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY Makefile /app/\nENTRYPOINT ["make"]\nCMD ["start"]\n',
      Makefile:
        '.PHONY: deps start\nstart: deps | logs\n\tnode server.js\nlogs:\n\tmkdir -p logs\ndeps: package.json\n\t-«npm ci»\n',
    },
    'a target that another one makes': {
      'compose.yaml':
        'services:\n  web:\n    image: python:3.13\n    working_dir: /code\n    volumes: [".:/code"]\n    command: make all\n',
      Makefile: 'install:\n\t«pip install -r requirements.txt»\nall:\n\t$(MAKE) install\n\tmake --directory=sub\n',
      'sub/Makefile': 'default:\n\t«pip install flask»\nother:\n\tpip install x\n',
    },
    'the first target, where none is named': {
      Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD make\n',
      Makefile: '# how it starts\nNODE := node\n.PHONY: run\nrun: ; «npm install»\nother:\n\tnpm i\n',
    },
    'the target that is set as the default': {
      Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD make -s -j 4\n',
      Makefile: '.DEFAULT_GOAL := dev\nhelp:\n\techo help\ndev:\n\t«npm install»\n',
    },
    'a command in a variable, and one over several lines': {
      Dockerfile: 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD ["make", "-f", "ops/run.mk", "run"]\n',
      'ops/run.mk':
        'PIP ?= python3 -m pip\nrun:\n\tif [ ! -d v ]; then \\\n\t\t«npm ci» \\\n\t; fi\n\tfor i in 1; do «gem install $$i»; done\n',
    },
    'what a variable names': {
      Dockerfile: 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD make run\n',
      Makefile: 'PIP = pip3 # of the image\nrun:\n\t«$(PIP) install flask»\n',
    },
    'a script that a recipe runs': {
      Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["make", "start"]\n',
      Makefile: 'start:\n\t./scripts/start.sh\n',
      'scripts/start.sh': '#!/bin/sh\n«npm ci»\nnode .\n',
    },
    'a recipe after one that would end a script': {
      Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["make", "a", "b", "X=1"]\n',
      Makefile: 'a:\n\texit 0\nb:\n\t«npm ci»\n',
    },
  },
  silent: {
    'targets that are not made': {
      Dockerfile: 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN make install\nCMD ["make", "run"]\n',
      Makefile: 'install:\n\tpip install -r requirements.txt\nrun:\n\tgunicorn app\nrun-dev: install run\n',
    },
    'a makefile that is not in the image': {
      Dockerfile: 'FROM python:3.13\nWORKDIR /app\nCOPY src .\nCMD ["make", "run"]\n',
      Makefile: 'run:\n\tpip install flask\n',
    },
    'a makefile for the host': {
      Dockerfile: 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n',
      Makefile: 'run:\n\tpip install flask\n\tdocker compose up\n',
    },
    'variables, comments and text of a makefile': {
      Dockerfile: 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD ["make", "run"]\n',
      Makefile:
        'HELP = pip install flask\n# run: pip install flask\ndefine text\nrun:\n\tpip install x\nendef\nrun: V = npm i\nrun:\n\t@echo "pip install flask"\n\t# npm i\n\tpython app.py\n',
    },
    'targets that need each other': {
      Dockerfile: 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD ["make", "a"]\n',
      Makefile: 'a: b\n\tmake a\nb: a\n\t$(A)\nA = $(B)\nB = $(A)\n',
    },
    'a target that the makefile does not have': {
      Dockerfile: 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD ["make", "serve"]\n',
      Makefile: 'run:\n\tpip install flask\n%.o: %.c\n\tpip install x\n',
    },
  },
};

describeRule('runtime-install', {
  finds: {
    ...platforms.found,
    ...made.found,
    'browsers of Playwright': {
      Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["npm", "start"]\n',
      'package.json': '{"scripts": {"prestart": "«npx playwright install chromium»", "start": "node ."}}',
    },
    'browsers of Playwright by other ways': {
      Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
      'e.sh': `#!/bin/sh
«npx -y playwright@1.47.0 install --with-deps chromium»
«playwright install-deps»
«python3 -m playwright install firefox» || true
«pnpm exec playwright install»
«uv run playwright install chromium»
«node /app/node_modules/playwright-core/cli.js install chromium»
«yarn playwright install»
`,
    },
    'package managers that another program runs': {
      Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
      'e.sh': `#!/bin/sh
«php composer.phar install --no-dev»
«php -d memory_limit=-1 /usr/local/bin/composer require x/y»
«./composer.phar install»
«npx pnpm install»
«npx -y yarn@1.22 add x»
«corepack pnpm install --frozen-lockfile»
«poetry run pip install x»
«conda run -n web pip install -r r.txt»
`,
    },
    'a program that is unpacked aside and linked': {
      Dockerfile: 'FROM debian:12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
      'e.sh': `#!/bin/sh
«curl -fsSL -o /tmp/t.tgz https://example.com/t-1.2.tgz»
tar -xzf /tmp/t.tgz -C /opt
ln -sf /opt/t-1.2/bin/t /usr/local/bin/t
`,
    },
    'managers of other languages': {
      Dockerfile: 'FROM elixir:1.17\nCMD «mix deps.get» && mix phx.server\n',
      'compose.yml':
        'services:\n  perl:\n    image: perl:5\n    command: sh -c "«cpanm --installdeps .» && plackup"\n  py:\n    image: python:3.13\n    command: sh -c "«pip-sync requirements.txt» && python x.py"\n  net:\n    image: mcr.microsoft.com/dotnet/sdk:9.0\n    command: sh -c "«dotnet tool install -g x» && dotnet run"\n',
    },
    'browsers of Puppeteer': {
      Dockerfile: 'FROM node:24\nCMD «npx puppeteer browsers install chrome» && node .\n',
      'compose.yml':
        'services:\n  b:\n    image: node:24\n    command: «npx @puppeteer/browsers install chrome@stable»\n',
    },
  },
  isSilentAbout: {
    ...platforms.silent,
    ...made.silent,
    'data that is unpacked aside, and a link to something else': {
      Dockerfile: 'FROM debian:12\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
      'e.sh': `#!/bin/sh
curl -fsSL -o /tmp/d.tgz https://example.com/data.tgz
tar -xzf /tmp/d.tgz -C /opt/data
ln -sf /opt/data/latest /srv/data
ln -sf /usr/bin/python3 /usr/local/bin/python
`,
    },
    'what those programs run else': {
      Dockerfile: 'FROM node:24\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
      'e.sh': `#!/bin/sh
php artisan install
php composer.phar dump-autoload
npx pnpm run build
npx yarn start
npx install
corepack yarn build
poetry run python app.py install
poetry shell
conda run -n web python app.py
mix phx.server
dotnet run
dotnet watch
`,
    },
    'other commands of Playwright and Puppeteer': {
      Dockerfile: 'FROM node:24\nRUN npx playwright install --with-deps\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n',
      'e.sh': `#!/bin/sh
npx playwright --version
npx playwright install --dry-run
playwright run-server --port 3000
npx playwright test install
npx puppeteer browsers list
node install.js playwright install
npm run playwright-install
echo "npx playwright install"
`,
    },
  },
});

describe('the chain of a platform', () => {
  it('begins with what the platform runs', () => {
    const [problem] = check('runtime-install', {
      Dockerfile: 'FROM debian:12\nCOPY start.sh /start.sh\n',
      'start.sh': '#!/bin/sh\n«apt-get install -y jq»\n',
      'fly.toml': '[processes]\napp = "/start.sh"\n',
    });
    assert.equal(problem?.related[0]?.path, '/project/fly.toml');
    assert.equal(problem?.related[0]?.message, 'The process "app" of Fly runs it');
  });

  it('leaves the CMD of the image as it is', () => {
    check('runtime-install', {
      Dockerfile: 'FROM node:24\nCMD «npm i» && node .\n',
      'fly.toml': '[processes]\napp = "node ."\n',
    });
    checkSilent('runtime-install', { Dockerfile: 'FROM node:24\nCMD node .\n', 'fly.toml': '[processes]\napp = ""\n' });
  });
});

describe('texts of TOML', () => {
  const read = (text: string): readonly string[] =>
    readTomlTexts(new MappedText(text, 0)).map(({ table, key, text: value }) => `${table}/${key}=${value.text}`);

  it('are read by table and key', () => {
    assert.deepEqual(read('a = "1"\n[b]\n"c d" = \'x\\y\'\n[[e.f]]\ng.h = "q\\"q" # c\n'), [
      '/a=1',
      'b/c d=x\\y',
      'e.f.g/h=q"q',
    ]);
  });

  it('leave out other values and what is not finished', () => {
    assert.deepEqual(read('a = 1\nb = ["x"]\nc = """x"""\nd = "x\ne = \'x\nf =\n= "x"\n'), []);
  });
});
