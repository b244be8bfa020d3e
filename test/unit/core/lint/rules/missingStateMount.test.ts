// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose and of shells look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files, fixFirst } from '../check.ts';

const rule = 'missing-state-mount';
const image = 'image: ghcr.io/openclaw/openclaw:latest';

describe(rule, () => {
  const found: Readonly<Record<string, Files>> = {
    'no mount at all': {
      'docker-compose.yml': `services:
  openclaw-gateway:
  ^^^^^^^^^^^^^^^^
    ${image}
`,
    },
    'the home of root, where the image runs as node': {
      'docker-compose.yml': `services:
  openclaw:
  ^^^^^^^^
    image: openclaw/openclaw:latest
    network_mode: host
    volumes:
      - openclaw-data:/root/.openclaw
volumes:
  openclaw-data:
`,
    },
    'a data folder that the image does not know': {
      'docker-compose.yml': `services:
  openclaw:
  ^^^^^^^^
    ${image}
    volumes:
      - ./data:/app/data
`,
    },
    'a home of another name': {
      'compose.yaml': `services:
  openclaw:
  ^^^^^^^^
    ${image}
    user: "1000:1000"
    environment:
      - OPENCLAW_DATA=/data
    volumes:
      - ./data:/data
      - ./home:/home/openclaw
`,
    },
    'the workspace alone': {
      'compose.yaml': `services:
  openclaw:
  ^^^^^^^^
    ${image}
    volumes:
      - ./workspace:/home/node/.openclaw/workspace
`,
    },
    'an anonymous volume': {
      'compose.yaml': `services:
  openclaw:
    ${image}
    volumes:
      - /home/node/.openclaw
        ^^^^^^^^^^^^^^^^^^^^
`,
    },
    'a tmpfs': {
      'compose.yaml': `services:
  openclaw:
    ${image}
    tmpfs:
      - /home/node/.openclaw:size=1g
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'a tmpfs over the workspace of a kept state': {
      'compose.yaml': `services:
  openclaw:
    ${image}
    volumes:
      - ./state:/home/node/.openclaw
      - type: tmpfs
        ^^^^^^^^^^^
        target: /home/node/.openclaw/workspace
`,
    },
    'a state folder of its own that nothing keeps': {
      'compose.yaml': `services:
  openclaw:
  ^^^^^^^^
    ${image}
    environment:
      HOME: /srv/claw
      OPENCLAW_STATE_DIR: /srv/claw/state
    volumes:
      - ./logs:/srv/claw/logs
`,
    },
    'a clawdbot': {
      'compose.yaml': `services:
  clawdbot-gateway:
  ^^^^^^^^^^^^^^^^
    image: ghcr.io/clawdbot/clawdbot:main
    volumes:
      - ./clawd:/home/node/clawd
`,
    },
    'an own image with nothing but a socket mounted': {
      Dockerfile: 'FROM node:24\nRUN npm install -g openclaw@2026.3.2\nCMD ["openclaw", "gateway"]\n',
      'compose.yaml': `services:
  openclaw:
  ^^^^^^^^
    build: .
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock
`,
    },
    'no place for the key of a version that has one': {
      'compose.yaml': `services:
  openclaw:
  ^^^^^^^^
    image: ghcr.io/openclaw/openclaw:2026.5.22
    volumes:
      - ./state:/home/node/.openclaw
`,
    },
    'the workspace and the config file alone, in an image of somebody': {
      'compose.yaml': `services:
  openclaw:
  ^^^^^^^^
    build: .
    image: my-openclaw:latest
    volumes:
      - ./config/openclaw.json:/root/.openclaw/openclaw.json
      - ./workspace:/root/.openclaw/workspace
`,
    },
    'a name of this machine with the command of the repository’s image': {
      'compose.yaml': `services:
  openclaw:
  ^^^^^^^^
    image: openclaw:latest
    command: ["node", "dist/index.js", "gateway", "--bind", "lan"]
    volumes:
      - ./.openclaw:/root/.openclaw
`,
    },
    'a docker run without any mount': {
      'run.sh': `
#!/bin/sh
docker run -d --name claw -p 127.0.0.1:18789:18789 openclaw/openclaw:latest
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    },
  };
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => assert.ok(check(rule, files)));

  const yaml = (lines: string): Files => ({ 'compose.yaml': `services:\n  openclaw:\n    ${image}\n${lines}` });
  const silent: Readonly<Record<string, Files>> = {
    'a host folder': yaml('    volumes:\n      - ./state:/home/node/.openclaw/\n'),
    'a folder from a variable': yaml(
      `    volumes:\n      - \${OPENCLAW_CONFIG_DIR}:/home/node/.openclaw\n      - \${OPENCLAW_WORKSPACE_DIR}:/home/node/.openclaw/workspace\n`,
    ),
    'the whole home': yaml('    volumes:\n      - home:/home/node\nvolumes:\n  home:\n'),
    'another home in the environment': yaml(
      '    environment:\n      HOME: /state\n    volumes:\n      - ./state:/state\n',
    ),
    'another state folder in the environment': yaml(
      '    environment:\n      - OPENCLAW_STATE_DIR=/data/openclaw\n    volumes:\n      - ./data:/data\n',
    ),
    'another state folder in an env file': {
      ...(yaml('    env_file: gateway.env\n    volumes:\n      - ./data:/data\n') as Record<string, string>),
      'gateway.env': 'OPENCLAW_STATE_DIR=/data\n',
    },
    'another home in the image': {
      Dockerfile: 'FROM ghcr.io/openclaw/openclaw:latest\nENV OPENCLAW_HOME=/data\n',
      'compose.yaml':
        'services:\n  openclaw:\n    build: .\n    environment: [OPENCLAW_GATEWAY_TOKEN]\n    volumes:\n      - ./data:/data\n',
    },
    'the root user': yaml('    user: root\n    volumes:\n      - ./data:/root/.openclaw\n'),
    'an own image with a home of its own': {
      Dockerfile: 'FROM node:24\nRUN npm install -g openclaw\nUSER claw\nCMD ["openclaw", "gateway"]\n',
      'compose.yaml': 'services:\n  openclaw:\n    build: .\n    volumes:\n      - home:/home/claw\n',
    },
    'a mount in the base file of an override': {
      'docker-compose.yml': `services:\n  openclaw:\n    ${image}\n    volumes:\n      - ./state:/home/node/.openclaw\n`,
      'docker-compose.override.yml': `services:\n  openclaw:\n    ${image}\n    ports: ["127.0.0.1:18789:18789"]\n`,
    },
    'a mount in an extra file': {
      'docker-compose.yml': `services:\n  openclaw:\n    ${image}\n`,
      'docker-compose.extra.yml': 'services:\n  openclaw:\n    volumes:\n      - home:/home/node\n',
    },
    'an override file alone': {
      'docker-compose.override.yml': 'services:\n  openclaw:\n    environment: [OPENCLAW_GATEWAY_TOKEN]\n',
    },
    'a mount from a merge key': {
      'compose.yaml': `x-base: &base\n  ${image}\n  volumes:\n    - ./s:/home/node/.openclaw\nservices:\n  openclaw:\n    <<: *base\n    restart: always\n`,
    },
    'a service that extends one in a file that is not here': yaml(
      '    extends:\n      file: ../base.yml\n      service: base\n',
    ),
    'the command line service': {
      'compose.yaml': `services:\n  openclaw-cli:\n    ${image}\n    entrypoint: ["node", "openclaw.mjs"]\n`,
    },
    'a client of a gateway': {
      'compose.yaml':
        'services:\n  openclaw-bridge:\n    build: .\n    environment:\n      OPENCLAW_GATEWAY_URL: ws://gw:18789\n',
    },
    'a start that says where the state is': yaml(
      '    command: sh -c "OPENCLAW_STATE_DIR=/data openclaw gateway"\n    volumes:\n      - ./data:/data\n',
    ),
    'a moving tag, whose era nobody can tell': yaml('    volumes:\n      - ./state:/home/node/.openclaw\n'),
    'a version from before the key had a folder': {
      'compose.yaml':
        'services:\n  openclaw:\n    image: ghcr.io/openclaw/openclaw:2026.4.30\n    volumes:\n      - ./s:/home/node/.openclaw\n',
    },
    'a key folder that is kept': {
      'compose.yaml':
        'services:\n  openclaw:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    volumes:\n      - ./s:/home/node/.openclaw\n      - ./k:/home/node/.config/openclaw\n',
    },
    'a state folder that only the host knows': yaml(
      `    environment:\n      - OPENCLAW_STATE_DIR=\${STATE}\n    volumes:\n      - ./data:/data\n`,
    ),
    'a state folder that the host passes on': yaml(
      '    environment:\n      - OPENCLAW_STATE_DIR\n    volumes:\n      - ./data:/data\n',
    ),
    'a tmpfs elsewhere': yaml('    volumes:\n      - ./s:/home/node/.openclaw\n    tmpfs: [/tmp]\n'),
    'an image of this machine that nobody here knows': {
      'compose.yaml':
        'services:\n  openclaw:\n    image: openclaw:custom\n    volumes:\n      - openclaw-data:/data\n    environment:\n      - OPENCLAW_GATEWAY_TOKEN=${TOKEN}\n',
    },
    'agents that only share its family name': {
      'compose.yaml':
        'services:\n  poet:\n    build: .\n    image: moltbot:classical\n    environment:\n      - MOLTBOT_STATE_DIR=/workspace\n    volumes:\n      - ./workspace/poet:/workspace\n',
    },
    'a tmpfs over the home while the state is elsewhere': {
      'compose.yaml':
        'services:\n  openclaw:\n    build: .\n    environment:\n      OPENCLAW_STATE_DIR: /data\n      OPENCLAW_GATEWAY_PORT: "9090"\n    volumes:\n      - ./config:/data\n    tmpfs:\n      - /tmp\n      - /home/node:size=256m,uid=1000\n    command: ["gateway", "--bind", "lan"]\n',
    },
    'a gateway of another product that asks this one': {
      'compose.yaml':
        'services:\n  films-gateway:\n    image: example/films-gateway:2\n    environment:\n      OPENCLAW_RECOGNIZE_URL: http://openclaw-recognizer:19000/recognize\n    ports: ["9000:9000"]\n',
    },
    'a docker run with a mount': {
      'run.sh':
        '#!/bin/sh\ndocker run -d --mount type=volume,src=s,dst=/home/node/.openclaw openclaw/openclaw:latest\n',
    },
    'a docker run whose options stand in a variable': {
      'run.sh': '#!/bin/sh\nOPTS="$@"\ndocker run -d $OPTS openclaw/openclaw:latest\n',
    },
  };
  for (const [name, files] of Object.entries(silent)) it(`is silent about ${name}`, () => checkSilent(rule, files));

  it('moves a mount to the home of the image, comment kept', () =>
    assert.deepEqual(fixFirst(rule, yaml('    volumes:\n      - ./data:/root/.openclaw # state\n')), {
      'compose.yaml': `services:\n  openclaw:\n    ${image}\n    volumes:\n      - ./data:/home/node/.openclaw # state\n`,
    }));
});
