// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose and of shells look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ComposeService } from '../../../../src/core/compose/ComposeFile.ts';
import { findGatewayServices } from '../../../../src/core/compose/findGatewayServices.ts';
import { interpolate } from '../../../../src/core/compose/interpolate.ts';
import { parseCompose } from '../../../../src/core/compose/parseCompose.ts';

function service(yaml: string): ComposeService {
  const found = parseCompose(`services:\n  gw:\n${yaml.replace(/^/gm, '    ')}\n`).services[0];
  assert.ok(found);
  return found;
}

const words = (command: ComposeService['command']): readonly string[] => command?.words.map(({ value }) => value) ?? [];

describe('parseCompose', () => {
  it('reads names and images with their ranges', () => {
    const text = 'services:\n  a:\n    image: node:24\n';
    const [a] = parseCompose(text).services;
    assert.equal(text.slice(a?.nameRange.start, a?.nameRange.end), 'a');
    assert.equal(text.slice(a?.image?.range.start, a?.image?.range.end), 'node:24');
  });

  for (const [name, yaml, expected] of [
    ['a list', 'command: ["node", "x y"]', ['node', 'x y']],
    ['a block list', 'command:\n  - node\n  - x', ['node', 'x']],
    ['a string', 'command: node "x y"', ['node', 'x y']],
    ['a folded string', 'command: >\n  sh -c\n  "a b"', ['sh', '-c', 'a b']],
    ['escaped dollars', 'command: sh -c "echo $$HOME"', ['sh', '-c', 'echo $HOME']],
    ['an empty list', 'command: []', []],
  ] as const) {
    it(`reads a command as ${name}`, () => assert.deepEqual(words(service(yaml).command), expected));
  }

  it('knows where the characters of a literal block stand', () => {
    const text = 'services:\n  a:\n    command:\n      - |\n        one\n          two\n';
    const word = parseCompose(text).services[0]?.command?.words[0];
    assert.equal(word?.value, 'one\n  two\n');
    assert.equal(word?.text.sourceOffset(word.value.indexOf('two')), text.indexOf('two'));
  });

  it('knows where the characters of quoted strings stand', () => {
    const text = 'services:\n  a:\n    command: ["a\\tb \\"c\\" needle", \'it\'\'s here\']\n';
    const [first, second] = parseCompose(text).services[0]?.command?.words ?? [];
    assert.equal(first?.value, 'a\tb "c" needle');
    assert.equal(first?.text.sourceOffset(first.value.indexOf('needle')), text.indexOf('needle'));
    assert.equal(second?.text.sourceOffset(second.value.indexOf('here')), text.indexOf('here'));
  });

  it('reads mounts in both syntaxes', () => {
    const mounts = service(`volumes:
  - ./data:/data:ro
  - \${DIR:-~/.openclaw}:/home/node/.openclaw
  - named:/n
  - /anonymous
  - type: bind
    source: /etc/x
    target: /x
    read_only: true
  - type: tmpfs
    target: /tmp
tmpfs: [/run:size=1m]`).mounts;
    assert.deepEqual(
      mounts.map(({ kind, source, target, readOnly }) => [kind, source, target, readOnly]),
      [
        ['bind', './data', '/data', true],
        ['bind', '${DIR:-~/.openclaw}', '/home/node/.openclaw', false],
        ['volume', 'named', '/n', false],
        ['anonymous', '', '/anonymous', false],
        ['bind', '/etc/x', '/x', true],
        ['tmpfs', '', '/tmp', false],
        ['tmpfs', '', '/run', false],
      ],
    );
  });

  it('reads ports in both syntaxes', () => {
    const { ports } = service(`ports:
  - 18789:18789
  - "127.0.0.1:18789:18789/tcp"
  - "\${P:-18789}:18789"
  - "[::1]:80:8080"
  - "9000"
  - target: 80
    published: "8080"
    host_ip: 127.0.0.1`);
    assert.deepEqual(
      ports.map(({ hostAddress, hostPort, containerPort }) => [hostAddress, hostPort, containerPort]),
      [
        ['', '18789', '18789'],
        ['127.0.0.1', '18789', '18789'],
        ['', '${P:-18789}', '18789'],
        ['::1', '80', '8080'],
        ['', '', '9000'],
        ['127.0.0.1', '8080', '80'],
      ],
    );
  });

  it('reads build in both syntaxes', () => {
    assert.equal(service('build: ./app').build?.context, './app');
    const { build } = service('build:\n  dockerfile: D\n  target: t\n  args:\n    A: 1\n    B:');
    assert.deepEqual([build?.context, build?.dockerfile, build?.target], ['.', 'D', 't']);
    assert.deepEqual(
      build?.args.map(({ name, value }) => [name, value?.value]),
      [
        ['A', '1'],
        ['B', undefined],
      ],
    );
  });

  it('reads the environment as a mapping and as a list', () => {
    for (const yaml of ['environment:\n  A: b\n  C:', 'environment:\n  - A=b\n  - C']) {
      assert.deepEqual(
        service(yaml).environment.map(({ name, value }) => [name, value?.value]),
        [
          ['A', 'b'],
          ['C', undefined],
        ],
      );
    }
  });

  it('follows anchors and merges', () => {
    const compose = parseCompose('x: &x\n  image: a\n  restart: always\nservices:\n  gw:\n    <<: *x\n    image: b\n');
    assert.deepEqual([compose.services[0]?.image?.value, compose.services[0]?.restart?.value], ['b', 'always']);
  });

  for (const text of [
    '',
    'services',
    'services: 1',
    'services:\n  a: [',
    '*****',
    'a: *b',
    '- : :\n\t',
    'services:\n  a:\n    <<: *a\n  b: &b\n    <<: *b\n',
    '['.repeat(20_000),
  ]) {
    it(`survives ${JSON.stringify(text.slice(0, 30))}`, () => assert.ok(parseCompose(text).services.length >= 0));
  }
});

describe('parseCompose of broken text', () => {
  it('keeps what is missing at the end inside the text', () => {
    const text = 'services:\n  a:\n    command: [';
    const { syntaxError } = parseCompose(text);
    assert.deepEqual(syntaxError?.range, { start: text.length, end: text.length });
  });
});

describe('findGatewayServices', () => {
  const names = (yaml: string): readonly string[] => findGatewayServices(parseCompose(yaml)).map(({ name }) => name);

  for (const product of ['clawdbot', 'moltbot', 'openclaw']) {
    it(`knows the names of the ${product} era, and leaves the command line service out`, () => {
      const image = `image: ${product}:local`;
      assert.deepEqual(
        names(
          `services:\n  ${product}-gateway:\n    ${image}\n  ${product}-cli:\n    ${image}\n  db:\n    image: postgres\n`,
        ),
        [`${product}-gateway`],
      );
    });
  }

  it('knows a gateway under another name by its command', () => {
    assert.deepEqual(
      names(
        'services:\n  bot:\n    build: .\n    command: ["node", "openclaw.mjs", "gateway"]\n  web:\n    image: nginx\n',
      ),
      ['bot'],
    );
  });

  it('knows a gateway under another name by the state that it mounts', () => {
    assert.deepEqual(
      names('services:\n  bot:\n    build: .\n    volumes: ["./s:/home/node/.openclaw"]\n  web:\n    image: nginx\n'),
      ['bot'],
    );
  });

  it('leaves out what talks to a gateway, with its image or without', () => {
    const client =
      '    environment:\n      OPENCLAW_GATEWAY_URL: ws://openclaw:18789\n    volumes: ["s:/home/node/.openclaw"]\n';
    assert.deepEqual(
      names(
        `services:\n  openclaw:\n    image: openclaw:local\n  worker:\n    image: openclaw:local\n${client}  connector:\n    build: .\n${client}`,
      ),
      ['openclaw'],
    );
  });

  it('does not take other gateways for one', () => {
    assert.deepEqual(
      names('services:\n  api-gateway:\n    image: kong\n    command: kong gateway start\n  gateway:\n    build: .\n'),
      [],
    );
  });

  it('finds none in a project without one', () => {
    assert.deepEqual(names('services:\n  web:\n    image: nginx\n'), []);
  });
});

describe('interpolate', () => {
  const variables = new Map([
    ['A', 'a'],
    ['EMPTY', ''],
  ]);
  for (const [value, expected] of [
    ['x$A-${A}', 'xa-a'],
    ['${B:-b}/${EMPTY:-e}/${EMPTY-e}', 'b/e/'],
    ['${A:+set}${B:+set}', 'set'],
    ['${X:-${Y:-deep}}', 'deep'],
    ['${B}$B', ''],
    ['$$A', '$A'],
  ] as const) {
    it(`reads ${value}`, () => assert.equal(interpolate(value, variables), expected));
  }
});
