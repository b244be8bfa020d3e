import assert from 'node:assert/strict';
import { it } from 'node:test';
import { lintProject } from '../../src/core/lint/lintProject.ts';
import { parseSkill } from '../../src/core/skills/parseSkill.ts';
import { limitMs, slowness, undisturbedMs } from './support/duration.ts';

let round = 0;

/** Texts whose cost must grow with their length and not with its square: what each repeats, and what stands around it. */
const dockerfiles: Readonly<Record<string, (count: number) => string>> = {
  'many instructions': (count) =>
    `FROM node:24\n${numbered(count, (n) => `RUN echo ${n} && apt-get install -y p${n}\n`)}`,
  'many downloads': (count) =>
    `FROM node:24\n${numbered(count, (n) => `RUN curl -L https://example.com/v${n}/x_amd64 -o /usr/local/bin/x${n}\n`)}`,
  'one RUN with many downloads': (count) =>
    `FROM node:24\nRUN true ${numbered(count, (n) => `\\\n && curl -L https://example.com/v${n}/x_amd64 -o /usr/local/bin/x${n}`)}\n`,
  'one RUN with many downloads that nothing checks': (count) =>
    `FROM node:24\nRUN true ${numbered(count, (n) => `; curl -L https://example.com/v${n}/x_amd64 -o /tmp/x${n}`)}\n`,
  'many installers in a RUN': (count) =>
    `FROM node:24\nRUN true ${numbered(count, (n) => `; curl https://example.com/${n} | sh`)}\n`,
  'many users': (count) => `FROM node:24\n${numbered(count, (n) => `USER u${n}\n`)}`,
  'many users, and what they may not': (count) =>
    `FROM node:24\n${numbered(count, (n) => `USER u${n}\nRUN mkdir /opt/a${n}\n`)}`,
  'many folders that are given away': (count) =>
    `FROM node:24\nUSER a\n${numbered(count, (n) => `RUN chown a /opt/a${n} && mkdir /opt/b${n}\n`)}`,
  'many steps without root rights': (count) =>
    `FROM ghcr.io/openclaw/openclaw:2026.9.6\n${numbered(count, (n) => `RUN mkdir /usr/a${n}\n`)}`,
  'many ADD': (count) => `FROM node:24\n${numbered(count, (n) => `ADD https://example.com/a_amd64_${n} /tmp/\n`)}`,
  'many COPY of secrets': (count) => `FROM node:24\n${numbered(count, (n) => `COPY .env /a${n}/\n`)}`,
  'many secrets': (count) =>
    `FROM node:24\n${numbered(count, (n) => `ENV TOKEN${n}=ghp_abcdEFGH12345678abcdEFGH123456789${n}aaaa\n`)}`,
  'many stages': (count) =>
    `${numbered(count, (n) => `FROM node:24 AS s${n}\nRUN npm i -g p${n}\n`)}FROM s0\nCMD ["x"]\n`,
  'stages that stand on each other': (count) =>
    `FROM node:24 AS s0\n${numbered(count, (n) => `FROM s${n} AS s${n + 1}\nRUN npm i -g p${n}\n`)}`,
  'many COPY from stages': (count) =>
    `FROM node:24 AS a\nFROM node:24\n${numbered(count, (n) => `COPY --from=a /usr/local/bin/p${n} /usr/local/bin/\n`)}`,
  'many COPY, and a script': (count) => `FROM node:24\n${'COPY . .\n'.repeat(count)}CMD ["/start.sh"]\n`,
  'many variables': (count) => `FROM node:24\n${numbered(count, (n) => `ENV V${n}=$V${n - 1}x\n`)}RUN echo $V1\n`,
  'many arguments': (count) => `FROM node:24\n${numbered(count, (n) => `ARG A${n}=1\nRUN echo $A${n}\n`)}`,
  'one long continued line': (count) => `FROM node:24\nRUN echo ${'\\\n'.repeat(count)}`,
  'comments between continued lines': (count) => `FROM node:24\nRUN echo ${'\\\n# comment\n'.repeat(count)}`,
  'many packages': (count) => `FROM node:24\nCMD apt-get install -y ${numbered(count, (n) => `\\\n p${n}`)}`,
  'many installs at start': (count) => `FROM node:24\nCMD true ${numbered(count, (n) => `&& npm i -g p${n}`)}`,
  'nested substitutions': (count) => `FROM node:24\nRUN echo ${'$('.repeat(count)}`,
  'nested groups': (count) => `FROM node:24\nRUN ${'('.repeat(count)}`,
  'nested conditions': (count) => `FROM node:24\nRUN ${'if true; then '.repeat(count)}`,
  'and without an end': (count) => `FROM node:24\nCMD ${'&& '.repeat(count)}`,
  'a long chain': (count) => `FROM node:24\nRUN true ${'&& true '.repeat(count)}`,
  'a long pipe': (count) => `FROM node:24\nRUN true ${'| cat '.repeat(count)}`,
  quotes: (count) => `FROM node:24\nRUN echo ${'"'.repeat(count)}\nENV A=${"'".repeat(count)}`,
  'openers in a JSON array': (count) => `FROM node:24\nCMD ${'["'.repeat(count)}`,
  'here-documents without an end': (count) => `FROM node:24\n${numbered(count, (n) => `RUN <<E${n}\n`)}`,
  'here-documents of one line': (count) => `FROM node:24\nRUN ${numbered(count, (n) => `<<E${n} `)}\n`,
  'ignore comments': (count) => `FROM node:24\n${'# openclaw-vm ignore=runtime-install\nRUN true\n'.repeat(count)}`,
  blanks: (count) => `FROM node:24${' '.repeat(count)}x\n${' \t'.repeat(count)}\nRUN${' '.repeat(count)}`,
  flags: (count) => `FROM node:24\nCOPY ${'--from=a '.repeat(count)}a b\n`,
  'our markers': (count) => `FROM node:24\n${numbered(count, (n) => `# openclaw-vm: p${n} 1.0\nRUN true\n`)}`,
  'sh -c in sh -c': (count) => `FROM node:24\nCMD ${'sh -c "'.repeat(count)}`,
  'variables in an address': (count) => `FROM node:24\nRUN curl -L https://x/${'$A'.repeat(count)}`,
};

const composeFiles: Readonly<Record<string, (count: number) => string>> = {
  'many services': (count) =>
    `services:\n${numbered(count, (n) => `  s${n}:\n    image: a\n    ports: ["18789:18789"]\n`)}`,
  'many gateways': (count) =>
    `services:\n${numbered(count, (n) => `  openclaw-gateway-${n}:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    ports: ["18789:18789"]\n`)}`,
  'many gateways with commands and mounts': (count) =>
    `services:\n${numbered(count, (n) => `  openclaw-gateway-${n}:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    command: openclaw gateway --bind loopback\n    ports: ["18789:18789"]\n    volumes: ["/srv/a${n}:/home/node/.openclaw"]\n`)}`,
  'many gateways that extend one': (count) =>
    `services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n${numbered(count, (n) => `  g${n}:\n    extends: openclaw-gateway\n`)}`,
  'many gateways of one image': (count) =>
    `services:\n${numbered(count, (n) => `  openclaw-gateway-${n}:\n    build: .\n    ports: ["18789:18789"]\n`)}`,
  'services that extend each other': (count) =>
    `services:\n  s0:\n    image: a\n${numbered(count, (n) => `  s${n + 1}:\n    extends: s${n}\n`)}`,
  'many ports': (count) =>
    `services:\n  openclaw-gateway:\n    image: a\n    ports:\n${numbered(count, (n) => `      - "${n}:18789"\n`)}`,
  'many mounts': (count) =>
    `services:\n  openclaw-gateway:\n    image: a\n    volumes:\n${numbered(count, (n) => `      - ./d${n}:/home/node/.openclaw/d${n}\n`)}`,
  'many variables': (count) =>
    `services:\n  openclaw-gateway:\n    image: a\n    environment:\n${numbered(count, (n) => `      V${n}: "\${V${n}}"\n`)}`,
  'nested brackets': (count) => `services: ${'['.repeat(count)}`,
  'nested braces': (count) => `services: ${'{a: '.repeat(count)}`,
  'nested lists': (count) => `services:\n  a:\n    command: ${'- '.repeat(count)}`,
  'nested substitutions': (count) => `services:\n  a:\n    image: "${'${A:-'.repeat(count)}"\n`,
  'a long command': (count) => `services:\n  a:\n    command: sh -c "true ${'&& npm i -g a '.repeat(count)}"\n`,
  quotes: (count) => `services:\n  a:\n    command: ${'"'.repeat(count)}`,
  tabs: (count) => `services:\n${'\t'.repeat(count)}a:\n`,
  'many anchors': (count) => `x:\n${numbered(count, (n) => `  - &a${n} {b: 1}\n  - *a${n}\n`)}`,
  'one anchor, used often': (count) =>
    `x-common: &c\n  image: a\n  ports: ["18789:18789"]\nservices:\n${numbered(count, (n) => `  s${n}:\n    <<: *c\n`)}`,
};

const scripts: Readonly<Record<string, (count: number) => string>> = {
  'many functions': (count) => numbered(count, (n) => `f${n}() { npm i -g p${n}; }\nf${n}\n`),
  'functions that call each other': (count) => `${numbered(count, (n) => `f${n}() { f${n + 1}; }\n`)}f0\n`,
  'functions that call each other twice': (count) =>
    `${numbered(count, (n) => `f${n}() { f${n + 1}; f${n + 1}; }\n`)}f0\n`,
  'a script that sources itself': (count) => '. /start.sh\n'.repeat(count),
  'many conditions': (count) => numbered(count, (n) => `if ! command -v p${n}; then npm i -g p${n}; fi\n`),
  'here-documents without an end': (count) => 'cat <<EOF\n'.repeat(count),
  'many variables': (count) => numbered(count, (n) => `V${n + 1}="$V${n}$V${n}"\n`),
  'scripts that are copied into containers': (count) =>
    numbered(count, (n) => `docker cp a${n}.sh gw:/tmp/\ndocker exec gw sh /tmp/a${n}.sh\n`),
  'functions that shorten a command': (count) =>
    numbered(count, (n) => `d${n}() { docker "$@"; }\nd${n} exec gw npm i p${n}\n`),
  'a loop in a loop': (count) => 'for i in a; do '.repeat(count),
  cases: (count) => 'case a in a) '.repeat(count),
  backquotes: (count) => '`'.repeat(count),
  braces: (count) => 'echo {a,b}{a,b}\n'.repeat(count),
};

for (const [name, text] of Object.entries(dockerfiles))
  it(`Dockerfile: ${name}`, () => assertGrowth(text, (content) => ({ Dockerfile: content })));
for (const [name, text] of Object.entries(composeFiles))
  it(`compose: ${name}`, () => assertGrowth(text, (content) => ({ 'compose.yaml': content })));
for (const [name, text] of Object.entries(scripts)) {
  const Dockerfile = 'FROM node:24\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n';
  it(`script: ${name}`, () => assertGrowth(text, (content) => ({ Dockerfile, 'start.sh': `#!/bin/sh\n${content}` })));
}

it('Dockerfile: each of 20,000 instructions costs about as much as each of 2,000', () => {
  const text = (count: number): string =>
    `FROM node:24\n${numbered(count, (n) => `RUN echo ${n} && apt-get install -y p${n}\n`)}`;
  const perInstruction = (count: number): number => measure({ Dockerfile: text(count) }) / count;
  const ratioOf = (): number => perInstruction(20_000) / perInstruction(2000);
  // Ten where the cost is the square. About two where it is not: what is live is larger than the young part of the heap, and where
  // memory is slow, or the collector has a bad moment, that alone has cost five.
  const ratio = ratioOf();
  assert.ok(ratio <= 6 || ratioOf() <= 6 || ratioOf() <= 6, `${ratio} times as much`);
});

it('compose: aliases that multiply (a "billion laughs")', () => {
  const levels = numbered(12, (n) => `  l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]\n`);
  const text = `x:\n  l0: &l0 [lol, lol]\n${levels}services:\n  a:\n    image: a\n    command: *l12\n    volumes: *l12\n    ports: *l12\n    environment: *l12\n`;
  assertFast({ 'compose.yaml': text });
});

it('compose: an anchor that holds itself', () => {
  assertFast({ 'compose.yaml': 'services: &s\n  a: *s\n  b:\n    <<: *s\n    command: [*s]\n' });
});

it('compose: merges that multiply', () => {
  const levels = numbered(20, (n) => `x-${n + 1}: &l${n + 1}\n  <<: [*l${n}, *l${n}, *l${n}]\n  k${n}: 1\n`);
  assertFast({ 'compose.yaml': `x-0: &l0 { image: a }\n${levels}services:\n  a:\n    <<: *l20\n` });
});

it('skill: aliases that multiply', () => {
  const levels = numbered(12, (n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]\n`);
  const text = `---\nname: a\ndescription: b\nl0: &l0 [lol, lol]\n${levels}metadata:\n  openclaw:\n    requires:\n      bins: *l12\n---\n`;
  assertDuration(text.length, (enoughMs) => undisturbedMs(() => parseSkill(text), enoughMs));
});

/** About 100 KB without a hang, and four times as much in no more than about four times the time. */
function assertGrowth(
  textOf: (count: number) => string,
  filesOf: (content: string) => Readonly<Record<string, string>>,
): void {
  const perCount = (textOf(1100).length - textOf(100).length) / 1000;
  const count = Math.max(1, Math.floor(100_000 / perCount));
  assertFast(filesOf(textOf(count)));
  // Where the whole is quick, small things that cost more in a large file do no harm.
  const ratioOf = (): number => {
    const quarter = measure(filesOf(textOf(Math.ceil(count / 4))));
    const whole = measure(filesOf(textOf(count)));
    return whole < 100 ? 1 : whole / quarter;
  };
  const ratio = ratioOf();
  assert.ok(ratio < 10 || ratioOf() < 10, `four times as much takes ${ratio} times as long`);
}

/** No hang over 100 ms for each 100 KB, whatever somebody has made to be slow. */
function assertFast(files: Readonly<Record<string, string>>): void {
  const size = Object.values(files).reduce((sum, text) => sum + text.length, 0);
  assertDuration(size, (enoughMs) => measure(files, enoughMs));
}

/** The limit holds for an ordinary machine that has nothing else to do; how slow this one is now is asked where it matters. */
function assertDuration(characters: number, durationMs: (enoughMs: number) => number): void {
  const limit = limitMs(characters);
  let report = '';
  // A moment may be worse for the one than for the other.
  for (let attempt = 0; attempt < 3; attempt++) {
    const tookMs = durationMs(limit);
    if (tookMs <= limit) return;
    const factor = slowness();
    if (tookMs <= limit * factor) return;
    report = `${Math.round(tookMs)} ms where ${Math.round(limit * factor)} ms are the limit`;
  }
  assert.fail(`${characters} characters took ${report}`);
}

/** The best of four, each below a root of its own: parse results are remembered by path. */
function measure(files: Readonly<Record<string, string>>, enoughMs = 0): number {
  return undisturbedMs(() => {
    round += 1;
    const root = `/round${round}`;
    lintProject({ root, texts: new Map(Object.entries(files).map(([name, text]) => [`${root}/${name}`, text])) });
  }, enoughMs);
}

function numbered(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('');
}
