// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose and of shells look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dockerignore } from '../../../../../src/core/lint/dockerignore.ts';
import { check, checkSilent, type Files } from '../check.ts';

const rule = 'secret-in-image';

/** Made up, and put together here so that no scanner takes this file for a leak. */
const random = 'Kq7vR2xZp9LmW4tYc8NfB3sHd6Jg5Ta1Ue0VoXiQ';
const token = {
  openAi: `sk-${random}`,
  gitHub: `ghp_${random.slice(0, 36)}`,
  telegram: `7351942608:AA${random.slice(0, 33)}`,
  npm: `npm_${random.slice(0, 36)}`,
};
const carets = (length: number): string => '^'.repeat(length);

const found: Readonly<Record<string, Files>> = {
  'an API key in ENV': `
FROM node:24
ENV OPENAI_API_KEY=${token.openAi}
                   ${carets(token.openAi.length)}
`,
  'a token under a name that tells nothing': `
FROM node:24
ENV BOT="${token.telegram}"
         ${carets(token.telegram.length)}
`,
  'the default of an ARG': `
FROM node:24
ARG OPENCLAW_GATEWAY_TOKEN=9f86d081884c7d659a2feaa0c55ad015
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
RUN npm install -g openclaw
`,
  'the old form of ENV, with a value of many signs': `
FROM python:3.13
ENV DJANGO_SECRET_KEY u_%!79f@6su%xr9a!w_5#yib##i6!yzbo6%@n1rrrfz)*_5avf
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a token in the address of a clone': `
FROM node:24
RUN git clone https://${token.gitHub}@github.com/acme/skills.git /app/skills
                      ${carets(token.gitHub.length)}
`,
  'a token that a RUN writes to a file': `
FROM node:24 AS build
RUN echo "//package.example.io/:_authToken=${token.npm}" > .npmrc && npm ci
                                           ${carets(token.npm.length)}
FROM node:24-slim
`,
  'a token in a here-document': `
FROM ghcr.io/openclaw/openclaw:2026.9.6
COPY <<EOF /home/node/.openclaw/openclaw.json
{ "channels": { "telegram": { "botToken": "${token.telegram}" } } }
                                           ${carets(token.telegram.length)}
EOF
`,
  '.env by name': `
FROM ghcr.io/openclaw/openclaw:2026.9.6
COPY .env /app/.env
     ^^^^
`,
  '.env among others, in brackets': `
FROM node:24
COPY ["package.json", ".env.production", "/app/"]
                       ^^^^^^^^^^^^^^^
`,
  'the whole folder with an .env in it': {
    Dockerfile: `
FROM node:24
WORKDIR /app
COPY . .
     ^
CMD ["node", "index.js"]
`,
    '.env': `OPENCLAW_GATEWAY_TOKEN=9f86d081884c7d659a2feaa0c55ad015\n`,
    '.dockerignore': 'node_modules\n*.md\n',
  },
  'an .env that a later stage takes over': {
    Dockerfile: `
FROM node:24 AS build
WORKDIR /app
COPY package.json .env ./
                  ^^^^
RUN npm ci
FROM node:24-slim
COPY --from=build /app /app
`,
  },
  'the state of a gateway': `
FROM ghcr.io/openclaw/openclaw:2026.9.6
COPY --chown=node:node .openclaw /home/node/.openclaw
                       ^^^^^^^^^
`,
  'a private key': `
FROM node:24
COPY deploy/id_ed25519 /root/.ssh/id_ed25519
     ^^^^^^^^^^^^^^^^^
`,
  'a config with a token in it': {
    Dockerfile: `
FROM ghcr.io/openclaw/openclaw:2026.9.6
COPY config/openclaw.json /home/node/.openclaw/openclaw.json
     ^^^^^^^^^^^^^^^^^^^^
`,
    'config/openclaw.json': `{ gateway: { auth: { token: "9f86d081884c7d659a2feaa0c55ad015" } } }`,
  },
  'a value with a dollar before a digit': `
FROM python:3.13
ENV SECRET_KEY te0#d#h7d72guawd-t$1wu4#uzb2iy)vw4i8w6f66
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'the key of a service account under a project’s name': `
FROM node:24
COPY ./credentials/acme_service_account.json /credentials/acme.json
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
};

const silent: Readonly<Record<string, Files>> = {
  'variables without a value': 'FROM node:24\nARG OPENAI_API_KEY\nENV OPENAI_API_KEY=$OPENAI_API_KEY\n',
  placeholders:
    'FROM node:24\nENV OPENCLAW_GATEWAY_TOKEN=change-me-to-a-long-random-token1 ANTHROPIC_API_KEY=sk-ant-your-key-goes-here-0123456789\n',
  'a dummy on purpose': 'FROM node:24\nENV OPENAI_API_KEY=ollama\n',
  'a password that a word is, of which BuildKit speaks': 'FROM postgres:17\nENV POSTGRES_PASSWORD=postgres\n',
  'a key that signs packages':
    'FROM debian:bookworm\nENV GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305 NODE_KEY_ID=C0D6248439F1D5604AAFFB4021D900FFDB233756\n',
  'a checksum':
    'FROM node:24\nARG GOG_TOKEN_SHA256=905fed0bfabafa5dde7189e50642b3fa31d7fc4aad50a8d27d2b92071d875962\nRUN echo "905fed0bfabafa5dde7189e50642b3fa31d7fc4aad50a8d27d2b92071d875962  gog" | sha256sum -c -\n',
  'a file that holds a password at run time': 'FROM node:24\nENV POSTGRES_PASSWORD_FILE=/run/secrets/db1_password\n',
  'a key that browsers get anyway': `FROM node:24\nENV NEXT_PUBLIC_FIREBASE_API_KEY=AIza${random.slice(0, 35)}\n`,
  'a secret of the build': 'FROM node:24\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n',
  'an example of an .env': 'FROM node:24\nCOPY .env.example .env.sample /app/\n',
  'an .env that .dockerignore keeps out': {
    Dockerfile: 'FROM node:24\nCOPY . /app\n',
    '.env': 'OPENCLAW_GATEWAY_TOKEN=9f86d081884c7d659a2feaa0c55ad015\n',
    '.dockerignore': '*\n!package.json\n!src\n',
  },
  'an .env that the file’s own ignore file keeps out': {
    'docker/gateway.Dockerfile': 'FROM node:24\nCOPY . /app\n',
    'docker/gateway.Dockerfile.dockerignore': '**/.env*\n',
    'docker/.env': 'OPENCLAW_GATEWAY_TOKEN=9f86d081884c7d659a2feaa0c55ad015\n',
  },
  'an .env without secrets': {
    Dockerfile: 'FROM node:24\nCOPY . /app\nCOPY .env /app/.env\n',
    '.env': 'TZ=Europe/Berlin\nOPENCLAW_GATEWAY_PORT=18789\nOPENCLAW_GATEWAY_TOKEN=\n',
  },
  'a stage that is thrown away':
    'FROM node:24 AS build\nWORKDIR /app\nCOPY .env .\nRUN npm run build\nFROM nginx:1.29\nCOPY --from=build /app/dist /usr/share/nginx/html\n',
  'a config that names variables': {
    Dockerfile: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\nCOPY openclaw.json /home/node/.openclaw/openclaw.json\n',
    'openclaw.json': '{ "gateway": { "auth": { "token": "${OPENCLAW_GATEWAY_TOKEN}" } } }',
  },
  'a token in a comment of nobody': `# ENV OPENAI_API_KEY=sk-...\nFROM node:24\nRUN echo "set OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"\n`,
  'brackets with blanks': {
    Dockerfile: 'FROM node:24\nCOPY [ "package.json", "/app/" ]\n',
    '.env': 'OPENCLAW_GATEWAY_TOKEN=9f86d081884c7d659a2feaa0c55ad015\n',
  },
  'the folder of another stage': 'FROM node:24 AS base\nFROM node:24\nCOPY --from=base /root/.ssh /root/.ssh\n',
  'a value that the shell would make': `
FROM python:3.13
ENV SECRET_KEY="$(head -c 24 /dev/urandom | base64)"
`,
  'a template that another tool fills in': 'FROM python:3\nARG SECRET_KEY=""\nENV SECRET_KEY=#{SECRET_KEY}\n',
  'a .npmrc that takes its token from the build':
    'FROM node:24\nARG NPM_TOKEN\nCOPY .npmrc ./\nRUN echo "//host.example/:_authToken=$NPM_TOKEN" > .npmrc && npm ci\n',
};

describe(rule, () => {
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => void check(rule, files));
  for (const [name, files] of Object.entries(silent)) it(`is silent: ${name}`, () => checkSilent(rule, files));

  it('never says the value', () => {
    const [problem] = check(rule, `\nFROM node:24\nENV A=${token.openAi}\n      ${carets(token.openAi.length)}\n`);
    assert.equal(problem?.severity, 'error');
    assert.ok(!JSON.stringify(problem).includes(random));
  });
});

describe('a .dockerignore', () => {
  const ignores = dockerignore('# comment\n*.log\n/build/\n**/secret\ndata/**\n!data/keep.txt\nnotes?.md\n');
  for (const path of ['a.log', 'build', 'build/x/y', 'secret', 'a/b/secret/c', 'data/x', 'notes1.md'])
    it(`keeps ${path} out`, () => assert.equal(ignores(path), true));
  for (const path of ['sub/a.log', 'builder', 'data/keep.txt', 'notes.md', 'secrets', 'comment'])
    it(`lets ${path} in`, () => assert.equal(ignores(path), false));
});
