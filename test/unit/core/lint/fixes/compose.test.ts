import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Files, fixFirst } from '../check.ts';

const image = 'image: ghcr.io/openclaw/openclaw:2026.3.2';

/** A compose file as the first fix of a rule leaves it. */
function fixed(ruleId: string, text: string, more: Files & object = {}): string | undefined {
  return fixFirst(ruleId, { 'compose.yaml': text, ...more })['compose.yaml'];
}

describe('the fix of missing-state-mount', () => {
  const rule = 'missing-state-mount';
  const declared = '\nvolumes:\n  openclaw-state:\n';

  it('adds an item in the style of the others, below their comments', () =>
    assert.equal(
      fixed(
        rule,
        `services:\n    gw:\n        ${image}\n        command: openclaw gateway\n        volumes:\n        - ./skills:/app/skills  # ours\n\n        # tail\n        init: true\nvolumes:\n    data:\n        driver: local # here\n`,
      ),
      `services:\n    gw:\n        ${image}\n        command: openclaw gateway\n        volumes:\n        - ./skills:/app/skills  # ours\n        - openclaw-state:/home/node/.openclaw\n\n        # tail\n        init: true\nvolumes:\n    data:\n        driver: local # here\n    openclaw-state:\n`,
    ));

  it('adds the list where there is none', () =>
    assert.equal(
      fixed(rule, `services:\n  openclaw: # bot\n    ${image} # pinned\n    init: true\n`),
      `services:\n  openclaw: # bot\n    ${image} # pinned\n    volumes:\n      - openclaw-state:/home/node/.openclaw\n    init: true\n${declared}`,
    ));

  it('adds to lists and mappings on one line', () =>
    assert.equal(
      fixed(rule, `services:\n  openclaw:\n    ${image}\n    volumes: [ "./skills:/app/skills" ]\nvolumes: {}\n`),
      `services:\n  openclaw:\n    ${image}\n    volumes: [ "./skills:/app/skills", "openclaw-state:/home/node/.openclaw" ]\nvolumes: {openclaw-state: {}}\n`,
    ));

  it('adds below an item of several lines', () =>
    assert.equal(
      fixed(
        rule,
        `services:\n  openclaw:\n    ${image}\n    volumes:\n      - type: bind\n        source: ./skills\n        target: /app/skills # ours\n`,
      ),
      `services:\n  openclaw:\n    ${image}\n    volumes:\n      - type: bind\n        source: ./skills\n        target: /app/skills # ours\n      - openclaw-state:/home/node/.openclaw\n${declared}`,
    ));

  it('gives an anonymous volume a name, quotes kept', () =>
    assert.equal(
      fixed(rule, `services:\n  openclaw:\n    ${image}\n    volumes:\n      - '/home/node/.openclaw' # state\n`),
      `services:\n  openclaw:\n    ${image}\n    volumes:\n      - 'openclaw-state:/home/node/.openclaw' # state\n${declared}`,
    ));

  it('ends a file that has no line end', () =>
    assert.equal(
      fixed(rule, `services:\n  openclaw:\n    ${image}`),
      `services:\n  openclaw:\n    ${image}\n    volumes:\n      - openclaw-state:/home/node/.openclaw\n${declared}`,
    ));
});

describe('the fix of public-gateway-port', () => {
  const rule = 'public-gateway-port';
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    'a quoted port': ["- '18789:18789' # all", "- '127.0.0.1:18789:18789' # all"],
    'an address of all interfaces': ['- "0.0.0.0:18789:18789"', '- "127.0.0.1:18789:18789"'],
    'an IPv6 address of all interfaces': ['- "[::]:18789:18789"', '- "127.0.0.1:18789:18789"'],
    'a mapping': [
      '- target: 18789\n        published: 18789',
      '- target: 18789\n        host_ip: 127.0.0.1\n        published: 18789',
    ],
    'a mapping with CRLF': [
      '- target: 18789\r\n        published: 18789\r',
      '- target: 18789\r\n        host_ip: 127.0.0.1\r\n        published: 18789\r',
    ],
    'a mapping with an address': [
      '- target: 18789\n        published: 18789\n        host_ip: "0.0.0.0" # all',
      '- target: 18789\n        published: 18789\n        host_ip: 127.0.0.1 # all',
    ],
    'a mapping on one line': [
      '- { target: 18789, published: 18789 }',
      '- { target: 18789, published: 18789, host_ip: 127.0.0.1 }',
    ],
  };
  for (const [name, [before, after]] of Object.entries(cases)) {
    it(`keeps the syntax of ${name}`, () => {
      const text = (port: string): string => `services:\n  openclaw:\n    ${image}\n    ports:\n      ${port}\n`;
      assert.equal(fixed(rule, text(before)), text(after));
    });
  }
});

describe('the fix of unset-compose-variable', () => {
  const rule = 'unset-compose-variable';
  const env = { '.env': 'OTHER=1\n' };

  it('stops with a sentence', () =>
    assert.equal(
      fixed(
        rule,
        `services:\n  openclaw:\n    ${image}\n    volumes:\n      - \${STATE}:/home/node/.openclaw # state\n`,
        env,
      ),
      `services:\n  openclaw:\n    ${image}\n    volumes:\n      - \${STATE:?set it in .env}:/home/node/.openclaw # state\n`,
    ));

  it('falls back to what the gateway itself does', () =>
    assert.equal(
      fixed(rule, `services:\n  openclaw:\n    ${image}\n    ports: ["127.0.0.1:$OPENCLAW_GATEWAY_PORT:18789"]\n`, env),
      `services:\n  openclaw:\n    ${image}\n    ports: ["127.0.0.1:\${OPENCLAW_GATEWAY_PORT:-18789}:18789"]\n`,
    ));
});

describe('the fix of keyring-password-missing', () => {
  const rule = 'keyring-password-missing';

  it('takes the password from .env, and keeps the folder', () =>
    assert.equal(
      fixed(
        rule,
        `services:\n  openclaw:\n    ${image}\n    environment:\n      GOG_ACCOUNT: me@example.com # gog\n    volumes:\n      - ./s:/home/node/.openclaw\n`,
      ),
      `services:\n  openclaw:\n    ${image}\n    environment:\n      GOG_ACCOUNT: me@example.com # gog\n      GOG_KEYRING_PASSWORD: \${GOG_KEYRING_PASSWORD:?set it in .env}\n    volumes:\n      - ./s:/home/node/.openclaw\n      - gogcli:/home/node/.config/gogcli\n\nvolumes:\n  gogcli:\n`,
    ));
});

describe('the fix of placeholder-token', () => {
  const rule = 'placeholder-token';

  it('keeps quotes and comments', () =>
    assert.equal(
      fixed(
        rule,
        `services:\n  openclaw:\n    ${image}\n    environment:\n      - "OPENCLAW_GATEWAY_TOKEN=changeme" # now\n`,
      ),
      `services:\n  openclaw:\n    ${image}\n    environment:\n      - "OPENCLAW_GATEWAY_TOKEN=\${OPENCLAW_GATEWAY_TOKEN:?set it in .env}" # now\n`,
    ));

  it('quotes it between braces', () =>
    assert.equal(
      fixed(rule, `services:\n  openclaw:\n    ${image}\n    environment: {OPENCLAW_GATEWAY_TOKEN: changeme}\n`),
      `services:\n  openclaw:\n    ${image}\n    environment: {OPENCLAW_GATEWAY_TOKEN: "\${OPENCLAW_GATEWAY_TOKEN:?set it in .env}"}\n`,
    ));
});
