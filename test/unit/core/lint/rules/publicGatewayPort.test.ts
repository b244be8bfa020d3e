// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose and of shells look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files, fixFirst } from '../check.ts';

const rule = 'public-gateway-port';

/** A gateway service with these further lines. */
const gateway = (lines: string): string =>
  `services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n${lines}`;

describe(rule, () => {
  const found: Readonly<Record<string, Files>> = {
    'the plain mapping': {
      'docker-compose.yml': gateway(`    ports:
      - "18789:18789"
        ^^^^^^^^^^^^^
`),
    },
    'a host port from a variable, as the upstream file has it': {
      'docker-compose.yml': gateway(`    ports:
      - "\${OPENCLAW_GATEWAY_PORT:-18789}:18789"
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      - "\${OPENCLAW_BRIDGE_PORT:-18790}:18790"
`),
    },
    'another host port': {
      'compose.yaml': gateway(`    ports:
      - 3333:18789
        ^^^^^^^^^^
`),
    },
    '0.0.0.0 said aloud': {
      'compose.yaml': gateway(`    ports:
      - 0.0.0.0:18789:18789/tcp
        ^^^^^^^^^^^^^^^^^^^^^^^
`),
    },
    'the long syntax': {
      'compose.yaml': gateway(`    ports:
      - target: 18789
        ^^^^^^^^^^^^^
        published: 18789
`),
    },
    'a range': {
      'compose.yaml': gateway(`    ports: ["18789-18791:18789-18791"]
            ^^^^^^^^^^^^^^^^^^^^^^^^^
`),
    },
    'all IPv6 interfaces': {
      'compose.yaml': gateway(`    ports:
      - "[::]:18789:18789"
        ^^^^^^^^^^^^^^^^^^
`),
    },
    'a port of its own choice on the command line': {
      'compose.yaml': gateway(`    command: ["node", "openclaw.mjs", "gateway", "--bind", "lan", "--port", "9000"]
    ports:
      - "9000:9000"
        ^^^^^^^^^^^
`),
    },
    'a host address that defaults to all interfaces': {
      'compose.yaml': gateway(`    ports:
      - "\${BIND:-0.0.0.0}:18789:18789"
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`),
    },
    'an override file that adds a public port': {
      'docker-compose.yml': gateway('    ports:\n      - "127.0.0.1:18789:18789"\n'),
      'docker-compose.override.yml': `services:
  openclaw-gateway:
    ports:
      - "18789:18789"
        ^^^^^^^^^^^^^
`,
    },
    'a moltbot': {
      'docker-compose.yml': `services:
  moltbot-gateway:
    image: moltbot:local
    ports:
      - "18789:18789"
        ^^^^^^^^^^^^^
`,
    },
    'a merged mapping, once': {
      'compose.yaml': `x-common: &common
  image: openclaw:local
  ports:
    - "18789:18789"
      ^^^^^^^^^^^^^
services:
  openclaw-a:
    <<: *common
    command: openclaw gateway
  openclaw-b:
    <<: *common
    command: openclaw gateway
`,
    },
    'a gateway that is told where its browser is': {
      'compose.yaml': `services:
  clawdbot-gateway:
    build: .
    environment:
      - CLAWDBOT_BROWSER_URL=http://clawdbot-browser:9222
    ports:
      - "\${CLAWDBOT_GATEWAY_PORT:-18789}:18789"
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
    },
    'a service of any name whose command runs the gateway': {
      'compose.yaml': `services:
  alice:
    build: .
    command: sh -c "node /srv/portal.js >> /tmp/portal.log 2>&1 & exec openclaw gateway"
    ports:
      - "18790:18789"
        ^^^^^^^^^^^^^
`,
    },
    'a docker run of an image that the project builds': {
      'run.sh':
        '#!/bin/sh\ndocker build -t my-openclaw .\ndocker run -d --restart=always -p «18789:18789» -v s:/data my-openclaw:latest\n',
    },
    'a docker run of any image under the gateway’s name': {
      'run.sh':
        '#!/bin/sh\ndocker run -d --name openclaw-gateway -p «18789:18789» node:24\ndocker run -d --name=moltbot -p «0.0.0.0:80:18789» "$IMAGE" gateway\n',
    },
    'a docker run of the project’s own script': {
      'deploy.sh': `
#!/bin/bash
PORT=18789
IMAGE="ghcr.io/openclaw/openclaw:main"
docker rm -f openclaw 2>/dev/null || true
docker run -d --name openclaw --restart unless-stopped --init \\
  -p "$PORT:18789" \\
     ^^^^^^^^^^^^^
  -v "$HOME/.openclaw:/home/node/.openclaw" \\
  "$IMAGE" node openclaw.mjs gateway --bind lan
`,
    },
  };
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => assert.ok(check(rule, files)));

  const silent: Readonly<Record<string, Files>> = {
    'loopback only': { 'compose.yaml': gateway('    ports:\n      - "127.0.0.1:18789:18789"\n') },
    'loopback of IPv6': { 'compose.yaml': gateway('    ports:\n      - "[::1]:18789:18789"\n') },
    'loopback by default': {
      'compose.yaml': gateway(
        `    ports:\n      - "\${OPENCLAW_BIND:-127.0.0.1}:\${OPENCLAW_GATEWAY_PORT:-18789}:18789"\n`,
      ),
    },
    'a VPN address from a variable': {
      'compose.yaml': gateway(`    ports:\n      - "\${TAILSCALE_IP}:18789:18789"\n`),
    },
    'an address inside the port variable': {
      '.env': 'OPENCLAW_GATEWAY_PORT=127.0.0.1:18789\n',
      'compose.yaml': gateway(`    ports:\n      - "\${OPENCLAW_GATEWAY_PORT:-18789}:18789"\n`),
    },
    'an address that .env sets': {
      '.env': 'BIND=10.8.0.1\n',
      'compose.yaml': gateway(`    ports:\n      - "\${BIND:-0.0.0.0}:18789:18789"\n`),
    },
    'the long syntax with an address': {
      'compose.yaml': gateway(
        '    ports:\n      - target: 18789\n        published: 18789\n        host_ip: 127.0.0.1\n',
      ),
    },
    'no port at all': { 'compose.yaml': gateway('    expose: ["18789"]\n') },
    'the host network': { 'compose.yaml': gateway('    network_mode: host\n    ports:\n      - "18789:18789"\n') },
    'another port of the gateway container': { 'compose.yaml': gateway('    ports:\n      - "3501:3500"\n') },
    'an override that takes the ports away': {
      'compose.yaml': gateway('    ports:\n      - "18789:18789"\n'),
      'compose.override.yaml':
        'services:\n  openclaw-gateway:\n    ports: !override\n      - "127.0.0.1:18789:18789"\n',
    },
    'another gateway': {
      'compose.yaml':
        'services:\n  api-gateway:\n    image: kong:3\n    command: kong gateway start\n    ports:\n      - "8000:8000"\n',
    },
    'a dashboard that talks to a gateway': {
      'compose.yaml':
        'services:\n  mission-control:\n    build: .\n    environment:\n      OPENCLAW_GATEWAY_URL: ws://gw:18789\n    ports:\n      - "3000:3000"\n      - "18789:18789"\n',
    },
    'a proxy in front': {
      'compose.yaml': `${gateway('')}  caddy:\n    image: caddy:2\n    ports:\n      - "443:443"\n      - "18789:18789"\n`,
    },
    'an address that .env of the including project has': {
      '.env': 'OPENCLAW_BIND=127.0.0.1\n',
      'compose.yaml': 'include:\n  - path: ./openclaw/compose.yaml\n',
      'openclaw/compose.yaml': gateway('    ports:\n      - ${OPENCLAW_BIND}:18789:18789\n'),
    },
    'a proxy in front under the same number': {
      'compose.yaml': `${gateway('    expose: ["18789"]\n')}  nginx:\n    image: nginx\n    ports:\n      - "18789:80"\n`,
    },
    'the network of a Tailscale container': {
      'compose.yaml': `${gateway('    network_mode: service:tailscale\n')}  tailscale:\n    image: tailscale/tailscale\n    hostname: openclaw\n`,
    },
    'a docker run on the loopback': {
      'deploy.sh':
        '#!/bin/sh\ndocker run -d -p 127.0.0.1:18789:18789 -v ~/.openclaw:/home/node/.openclaw ghcr.io/openclaw/openclaw:latest\n',
    },
    'a docker run that ends': {
      'onboard.sh': '#!/bin/sh\ndocker run -it --rm -p 18789:18789 ghcr.io/openclaw/openclaw:latest onboard\n',
    },
    'a docker run of another command': {
      'doctor.sh':
        '#!/bin/sh\ndocker run -d -p 18789:18789 -v s:/home/node/.openclaw openclaw/openclaw:latest doctor\n',
    },
    'a docker run of what stands before a gateway': {
      'run.sh':
        '#!/bin/sh\ndocker run -d --name openclaw-proxy -p 18789:18789 node:24\ndocker run -d -p 18789:18789 openclaw-dashboard:1\n',
    },
    'a docker run of a gateway with another port': {
      'run.sh': '#!/bin/sh\ndocker run -d --name openclaw -p 3000:3000 node:24\n',
    },
    'a docker run of something else': {
      'proxy.sh':
        '#!/bin/sh\ndocker run -d --name openclaw -p 18789:18789 nginx:1\n# docker run -d -p 18789:18789 openclaw/openclaw\n',
    },
    'a docker run that is only shown': {
      'help.sh':
        '#!/bin/sh\necho "docker run -d -p 18789:18789 openclaw/openclaw:latest"\ncat <<EOF\ndocker run -d -p 18789:18789 openclaw/openclaw:latest\nEOF\n',
    },
  };
  for (const [name, files] of Object.entries(silent)) it(`is silent about ${name}`, () => checkSilent(rule, files));

  for (const [before, after] of [
    ['- "18789:18789" # web', '- "127.0.0.1:18789:18789" # web'],
    ["- '3333:18789'", "- '127.0.0.1:3333:18789'"],
    ['- 18789:18789', '- 127.0.0.1:18789:18789'],
    ['- "18789"', '- "127.0.0.1:18789:18789"'],
    ['- "0.0.0.0:18789:18789"', '- "127.0.0.1:18789:18789"'],
    ['- "[::]:18789:18789"', '- "127.0.0.1:18789:18789"'],
    ['- "${P:-18789}:18789"', '- "127.0.0.1:${P:-18789}:18789"'],
    [
      '- target: 18789\n        published: 18789',
      '- target: 18789\n        host_ip: 127.0.0.1\n        published: 18789',
    ],
  ] as const) {
    it(`fixes ${JSON.stringify(before)}`, () =>
      assert.deepEqual(fixFirst(rule, { 'compose.yaml': gateway(`    ports:\n      ${before}\n`) }), {
        'compose.yaml': gateway(`    ports:\n      ${after}\n`),
      }));
  }

  for (const [before, after] of [
    ['-p 18789:18789', '-p 127.0.0.1:18789:18789'],
    ['-p "0.0.0.0:18789:18789"', '-p "127.0.0.1:18789:18789"'],
    ["--publish='$PORT:18789'", "--publish='127.0.0.1:$PORT:18789'"],
  ] as const) {
    it(`fixes ${before} of a script`, () =>
      assert.deepEqual(fixFirst(rule, { 'up.sh': `docker run -d ${before} openclaw/openclaw:latest gateway\n` }), {
        'up.sh': `docker run -d ${after} openclaw/openclaw:latest gateway\n`,
      }));
  }
});
