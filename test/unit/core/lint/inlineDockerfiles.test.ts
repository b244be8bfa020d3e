// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells look like this.
import assert from 'node:assert/strict';
import { it, suite } from 'node:test';
import { check, checkSilent, type Files } from './check.ts';

/** A compose file whose only service is built by these lines. */
function inline(lines: readonly string[], more = ''): Files {
  const text = lines.map((line) => `        ${line}\n`).join('');
  return {
    'compose.yaml': `services:\n  gw:\n    build:\n      context: .\n      dockerfile_inline: |\n${text}${more}`,
  };
}

suite('a Dockerfile in a compose file', () => {
  const found: readonly (readonly [rule: string, files: Files])[] = [
    [
      'masked-download-failure',
      inline(['FROM debian:12', 'RUN «curl -L https://example.com/t -o /usr/local/bin/t»; chmod +x /usr/local/bin/t']),
    ],
    [
      'download-without-checksum',
      inline([
        'FROM debian:12',
        'RUN «curl -fsSL https://example.com/v1.2/t -o /usr/local/bin/t» && chmod +x /usr/local/bin/t',
      ]),
    ],
    [
      'unpinned-download',
      inline([
        'FROM node:24',
        'RUN npm i -g «openclaw@latest» && \\',
        '    curl -fsSL «https://github.com/o/r/releases/latest/download/t.tgz» | tar -xz -C /usr/local/bin',
      ]),
    ],
    [
      'hardcoded-architecture',
      inline(['FROM debian:12', 'RUN curl -fsSLO «https://example.com/v1/tool_linux_amd64.tar.gz» && tar -xzf tool*']),
    ],
    [
      'hardcoded-architecture',
      inline(
        ['FROM debian:12', 'RUN curl -fsSLO «https://example.com/v1/tool_linux_amd64.tar.gz» && tar -xzf tool*'],
        '    platform: linux/arm64\n',
      ),
    ],
    ['secret-in-image', inline(['FROM debian:12', 'ENV API_TOKEN=«f3a9c27b1d5e48f0a6b7c8d9e0f1a2b3»'])],
    ['install-without-root', inline(['FROM node:24', 'USER node', 'RUN apt-get update && «apt-get install -y jq»'])],
    ['node-too-old', inline(['FROM «node:20-slim»', 'RUN npm install -g openclaw@2026.9.6', 'CMD ["openclaw"]'])],
  ];
  for (const [rule, files] of found) {
    it(`is looked at by ${rule}, which changes nothing there`, () => {
      for (const problem of check(rule, files)) assert.deepEqual(problem.fixes, []);
    });
  }

  const silent: readonly (readonly [rule: string, files: Files])[] = [
    [
      'masked-download-failure',
      inline([
        'FROM debian:12',
        'RUN curl -fsSL https://example.com/t -o /usr/local/bin/t && chmod +x /usr/local/bin/t',
      ]),
    ],
    [
      'download-without-checksum',
      inline([
        'FROM debian:12',
        'RUN curl -fsSL https://example.com/t -o /usr/bin/t && echo "ab  /usr/bin/t" | sha256sum -c && chmod +x /usr/bin/t',
      ]),
    ],
    ['unpinned-download', inline(['FROM node:24', '# npm i -g openclaw@latest', 'RUN npm i -g openclaw@2026.9.6'])],
    [
      'hardcoded-architecture',
      inline(
        ['FROM debian:12', 'RUN curl -fsSLO https://example.com/v1/tool_linux_amd64.tar.gz && tar -xzf tool*'],
        '    platform: linux/amd64\n',
      ),
    ],
    ['secret-in-image', inline(['FROM debian:12', 'ENV API_TOKEN=""', 'ARG NAME=x'])],
    ['install-without-root', inline(['FROM node:24', 'RUN apt-get update && apt-get install -y jq', 'USER node'])],
    ['node-too-old', inline(['FROM node:24-slim', 'RUN npm install -g openclaw@2026.9.6'])],
    [
      'masked-download-failure',
      {
        'compose.yaml':
          'services:\n  gw:\n    image: debian:12\n    command: curl -L https://example.com/t -o /t; chmod +x /t\n',
      },
    ],
  ];
  for (const [rule, files] of silent) it(`is no matter for ${rule} where it is well`, () => checkSilent(rule, files));

  it('can be told to be silent by a comment above the line', () => {
    checkSilent(
      'masked-download-failure',
      inline([
        'FROM debian:12',
        '# openclaw-vm ignore=masked-download-failure probed later',
        'RUN curl -L https://example.com/t -o /usr/local/bin/t; chmod +x /usr/local/bin/t',
      ]),
    );
  });
});
