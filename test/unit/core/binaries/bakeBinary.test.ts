import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { BinaryCatalog, builtInCatalog } from '../../../../src/core/binaries/BinaryCatalog.ts';
import { bakeBinary } from '../../../../src/core/binaries/bakeBinary.ts';
import { type CatalogBinary, catalog } from '../../../../src/core/binaries/catalog.ts';
import { parseDockerfile } from '../../../../src/core/dockerfile/parseDockerfile.ts';
import { applyEdits } from '../../../../src/core/text/applyEdits.ts';
import { type BuildableEra, buildableEras, outlineOf } from '../../../support/buildableEras.ts';

function bake(text: string, name = 'gog', target?: string): string {
  const result = bakeBinary(text, name, target === undefined ? {} : { target });
  assert.ok(result.ok, result.ok ? '' : result.reason);
  return applyEdits(text, result.edits);
}

/** Files that people write themselves. */
const ownFiles: Readonly<Record<string, BuildableEra>> = {
  'an image of our own on the published one, whose user is node': {
    file: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\nCOPY skills /app/skills\n',
    baked: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\n\nUSER root\n[gog]\nUSER node\n\nCOPY skills /app/skills\n',
  },
  'a file with nothing but a base': { file: 'FROM node:24-bookworm\n', baked: 'FROM node:24-bookworm\n\n[gog]\n' },
  'a file without a last line end': { file: 'FROM node:24-bookworm', baked: 'FROM node:24-bookworm\n\n[gog]\n' },
  'a file whose last user is root': {
    file: 'FROM node:24\nUSER node\nCOPY . .\nUSER root\nRUN apt-get update && apt-get install -y tini\nCMD ["a"]\n',
    baked: 'apt-get install -y tini\n\n[gog]\n\nCMD ["a"]\n',
  },
  'settings at the end and nothing else': {
    file: 'FROM node:24\nRUN npm i -g openclaw\nEXPOSE 18789\nCMD ["openclaw", "gateway"]\n',
    baked: 'RUN npm i -g openclaw\n\n[gog]\n\nEXPOSE 18789\n',
  },
};

describe('bakeBinary', () => {
  for (const [era, { file, baked }] of Object.entries(buildableEras)) {
    it(`finds the place: ${era}`, () => {
      const text = ['gog', 'goplaces', 'wacli'].reduce((former, name) => bake(former, name), file);
      assert.ok(outlineOf(text).includes(baked), outlineOf(text));
    });
  }

  for (const [what, { file, baked }] of Object.entries(ownFiles)) {
    it(`finds the place: ${what}`, () => assert.ok(outlineOf(bake(file)).includes(baked), outlineOf(bake(file))));
  }

  it('bakes into the stage that compose names', () => {
    const file = 'FROM node:24 AS dev\nCMD a\nFROM node:24\nCMD b\n';
    assert.equal(outlineOf(bake(file, 'gog', 'dev')), 'FROM node:24 AS dev\n\n[gog]\n\nCMD a\nFROM node:24\nCMD b\n');
  });

  it('puts a second binary below the first', () => {
    const file = 'FROM node:24\nCOPY . .\nUSER node\n';
    assert.match(outlineOf(bake(bake(file), 'goplaces')), /\[gog\]\n\n\[goplaces\]\n\nCOPY/);
  });

  it('changes nothing the second time', () => {
    const once = bake('FROM node:24\nUSER node\n');
    const again = bakeBinary(once, 'gog');
    assert.deepEqual(again, { ok: true, edits: [], line: 2, alreadyBaked: true });
  });

  it('brings an older stanza up to date in its place', () => {
    const file = bake('FROM node:24\nRUN a\nCOPY . .\n')
      .replaceAll('0.37.0', '0.30.1')
      .replace(/905fed/, '000000');
    const result = bakeBinary(file, 'gog');
    assert.ok(result.ok && result.alreadyBaked);
    assert.equal(applyEdits(file, result.edits), bake('FROM node:24\nRUN a\nCOPY . .\n'));
  });

  it('says on which line the stanza stands', () => {
    const result = bakeBinary('FROM node:24\nUSER node\n', 'gog');
    assert.ok(result.ok);
    assert.equal(
      applyEdits('FROM node:24\nUSER node\n', result.edits).split('\n')[result.line],
      '# openclaw-vm: gog 0.37.0',
    );
  });

  it('goes on over lines as the file does', () => {
    const text = bake('# escape=`\nFROM node:24\nUSER node\n');
    assert.match(text, /set -eu; `\n/);
    assert.deepEqual(
      parseDockerfile(text).instructions.map(({ keyword }) => keyword),
      ['FROM', 'ARG', 'RUN', 'USER'],
    );
    assert.equal(bake(text), text);
  });

  it('keeps line ends of Windows', () => {
    const text = bake('FROM node:24\r\nUSER node\r\n');
    assert.equal(text.replaceAll('\r\n', '').includes('\n'), false);
  });

  it('fetches curl for the time of the build where the base has none', () => {
    const text = bake('FROM node:24-bookworm-slim\n');
    assert.match(text, /apt-get install -y --no-install-recommends ca-certificates \$added/);
    assert.match(text, /apt-get purge -y --auto-remove \$added/);
    assert.doesNotMatch(bake('FROM node:24-bookworm\n'), /apt-get/);
    assert.doesNotMatch(bake('FROM debian:12\nRUN apt-get update && apt-get install -y curl\n'), /purge/);
  });

  it('makes do with what Alpine has', () => {
    const text = bake('FROM node:24-alpine\n');
    assert.match(text, /wget -q -O "\$tmp\/\$asset" "\$url";/);
    assert.doesNotMatch(text, /curl|apk/);
    assert.match(bake('FROM node:24-alpine\n', 'camsnap'), /apk add --no-cache ffmpeg;/);
  });

  it('gives an image without authorities those of the build stage', () => {
    const authorities = 'COPY --from=openclaw-vm-gog /etc/ssl/certs/ca-certificates.crt';
    const text = bake('FROM scratch\n');
    assert.ok(text.includes(authorities));
    assert.deepEqual(bakeBinary(text, 'gog'), { ok: true, edits: [], line: 23, alreadyBaked: true });
    assert.ok(!bake('FROM gcr.io/distroless/static-debian12\n').includes(authorities));
  });

  it('puts what needs glibc into an image without a shell only where that has glibc', () => {
    assert.match(bake('FROM gcr.io/distroless/nodejs24-debian12\n', 'wacli'), /COPY --from=openclaw-vm-wacli/);
    assert.ok(!bakeBinary('FROM gcr.io/distroless/static-debian12\n', 'wacli').ok);
  });

  it('leaves what follows a stanza to its owner', () => {
    const file = 'FROM scratch\nCOPY a /a\n';
    const baked = bake(file)
      .replace('COPY a /a\n', 'RUN ["/a"]\n')
      .replace(/0\.37\.0$/m, '0.36.0');
    assert.ok(bake(baked).endsWith('RUN ["/a"]\n'));
  });

  it('builds in a stage of its own for an image without a shell', () => {
    const text = bake('FROM golang:1 AS build\nFROM gcr.io/distroless/nodejs24-debian12:nonroot\nCMD ["a.js"]\n');
    assert.match(text, /FROM debian:bookworm-slim AS openclaw-vm-gog\nARG TARGETARCH\nRUN /);
    assert.match(
      text,
      /nonroot\n\nUSER root\n# openclaw-vm: gog 0\.37\.0\nCOPY --from=openclaw-vm-gog \/usr\/local\/bin\/gog \/usr\/local\/bin\/gog\nUSER nonroot\n/,
    );
    const again = bakeBinary(text, 'gog');
    assert.ok(again.ok && again.alreadyBaked && again.edits.length === 0);
  });

  it('compiles a Go program in a stage of its own', () => {
    assert.match(
      bake('FROM node:24\n', 'songsee'),
      /^FROM golang:1-bookworm AS openclaw-vm-songsee\nRUN .*\\\n.*go install github\.com\/steipete\/songsee\/cmd\/songsee@v0\.1\.1/m,
    );
  });

  it('pins npm packages', () => {
    assert.match(
      bake('FROM node:24\n', 'clawhub'),
      /npm install --global --prefix=\/usr\/local .* clawhub@\d+\.\d+\.\d+;/,
    );
  });

  it('takes an entry that is not in the catalog', () => {
    const binary: CatalogBinary = {
      name: 'mine',
      summary: '',
      skills: [],
      version: '1.2.3',
      source: { kind: 'download', assets: { amd64: { url: 'https://example.com/{version}/mine', sha256: 'ab' } } },
      evidence: '',
    };
    const result = bakeBinary('FROM node:24\n', 'mine', { catalog: new BinaryCatalog([binary]) });
    assert.ok(result.ok);
    const text = applyEdits('FROM node:24\n', result.edits);
    assert.match(text, /url=https:\/\/example\.com\/1\.2\.3\/mine ;;/);
    assert.match(text, /\*\) echo "mine 1\.2\.3 has no Linux build for \$arch" >&2; exit 1 ;;/);
  });

  it('lets nothing of an entry reach the shell as more than a word', () => {
    const gog = builtInCatalog.find('gog');
    assert.ok(gog !== undefined);
    for (const binary of [
      { ...gog, version: '1$(id)' },
      { ...gog, aptPackages: ['ffmpeg; id'] },
      { ...gog, source: { kind: 'npm', package: 'gog && id' } },
    ] as const) {
      const result = bakeBinary('FROM node:24\n', 'gog', { catalog: new BinaryCatalog([binary]) });
      assert.ok(!result.ok);
      assert.match(result.reason, /^The entry of gog has ".*id\)?", which cannot stand in a shell command\.$/);
    }
  });

  for (const [name, file, reason] of [
    ['memo', 'FROM node:24\n', /memo has no Linux build: it runs on macOS only/],
    ['no-such', 'FROM node:24\n', /not in the catalog/],
    ['gog', '# nothing\n', /no FROM/],
    ['wacli', 'FROM node:24-alpine\n', /needs glibc/],
    ['gog', 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\n', /Windows/],
    ['git', 'FROM ghcr.io/openclaw/openclaw:latest\n', /already part/],
  ] as const) {
    it(`explains why it cannot bake ${name} into ${file.trim()}`, () => {
      const result = bakeBinary(file, name);
      assert.ok(!result.ok);
      assert.match(result.reason, reason);
    });
  }

  it('says so where compose names a stage that is not there', () => {
    const result = bakeBinary('FROM node:24\n', 'gog', { target: 'prod' });
    assert.deepEqual(result, {
      ok: false,
      reason: 'The Dockerfile has no stage "prod", which compose names as the build target.',
    });
  });
});

describe('bakeBinary where somebody installed the binary by hand', () => {
  const packages = 'RUN apt-get update && apt-get install -y socat';
  const release = 'https://github.com/steipete/gog/releases/latest/download/gog_Linux_x86_64.tar.gz';
  const replaced: Readonly<Record<string, readonly [binary: string, run: string]>> = {
    'unpacked into place by a pipe': [
      'gog',
      `RUN curl -L ${release} | tar -xz -C /usr/local/bin && chmod +x /usr/local/bin/gog`,
    ],
    'printed into place': [
      'gog',
      `RUN curl -fsSL ${release} | tar -xzO gog > /usr/local/bin/gog; chmod +x /usr/local/bin/gog`,
    ],
    'fetched into a file first': [
      'wacli',
      'RUN set -e; cd /tmp && wget https://github.com/openclaw/wacli/releases/download/v0.16.0/wacli_0.16.0_linux_amd64.tar.gz -O w.tgz && tar xzf w.tgz -C /usr/local/bin wacli && rm w.tgz && wacli --version',
    ],
    'an npm package without a version': ['mcporter', 'RUN npm install -g mcporter'],
  };
  for (const [how, [binary, run]] of Object.entries(replaced)) {
    it(`puts the stanza in its place: ${how}`, () => {
      const file = `FROM node:24\n${packages}\n# What it is for\n${run}\nUSER node\n`;
      const result = bakeBinary(file, binary);
      assert.ok(result.ok && result.alreadyBaked);
      const baked = applyEdits(file, result.edits);
      assert.ok(baked.startsWith(`FROM node:24\n${packages}\n# What it is for\n# openclaw-vm: ${binary} `), baked);
      assert.ok(!baked.includes(run) && baked.endsWith('\nUSER node\n'));
      assert.equal(baked.split('\n')[result.line], baked.split('\n')[3]);
      assert.equal(bake(baked, binary), baked);
    });
  }

  it('runs the stanza as root where the install ran as somebody else', () => {
    const text = bake('FROM node:24\nUSER node\nRUN npm i -g mcporter\nCMD a\n', 'mcporter');
    assert.match(text, /^FROM node:24\nUSER node\nUSER root\n# openclaw-vm: mcporter [\s\S]*\nUSER node\nCMD a\n$/);
  });

  const kept: Readonly<Record<string, readonly [binary: string, file: string]>> = {
    'a package among others': ['socat', `FROM node:24\n${packages} git\n`],
    'a program of the project': ['gog', 'FROM node:24\nCOPY bin/gog /usr/local/bin/\n'],
    'a program from another stage': [
      'gog',
      'FROM golang:1 AS build\nFROM node:24\nCOPY --from=build /go/bin/gogcli /usr/local/bin/gog\n',
    ],
    'a newer version': ['mcporter', 'FROM node:24\nRUN npm i -g mcporter@99.0.0\n'],
    'an install among other things': [
      'gog',
      `FROM node:24\nRUN curl -L ${release} | tar -xz -C /usr/local/bin && make\n`,
    ],
    'an install in a stage that it is built on': ['jq', 'FROM node:24 AS base\nRUN apk add jq\nFROM base\nUSER node\n'],
  };
  for (const [what, [binary, file]] of Object.entries(kept)) {
    it(`leaves it as it is: ${what}`, () => {
      const result = bakeBinary(file, binary);
      assert.ok(result.ok && result.alreadyBaked && result.edits.length === 0);
      assert.match(file.split('\n')[result.line] ?? '', /^(?:RUN|COPY) /);
    });
  }

  const added: Readonly<Record<string, readonly [binary: string, file: string]>> = {
    'one of the same name from elsewhere': [
      'gog',
      'FROM node:24\nRUN curl -L https://example.com/gog -o /usr/local/bin/gog\n',
    ],
    'one that runs on a condition': ['jq', 'FROM node:24\nRUN if [ -n "$X" ]; then apt-get install -y jq; fi\n'],
    'one in a stage that the image does not have': [
      'jq',
      'FROM node:24 AS build\nRUN apt-get install -y jq\nFROM node:24\n',
    ],
    'a package of the project alone': ['mcporter', 'FROM node:24\nRUN npm install mcporter\n'],
  };
  for (const [what, [binary, file]] of Object.entries(added)) {
    it(`does not count ${what}`, () => {
      const result = bakeBinary(file, binary);
      assert.ok(result.ok && !result.alreadyBaked && result.edits.length > 0);
    });
  }
});

describe('the stanza of every catalog entry', () => {
  const bases = [
    'node:24-bookworm',
    'node:24-bookworm-slim',
    'node:24-alpine',
    'fedora:43',
    'example.com/own/base',
    'scratch',
    'ghcr.io/openclaw/openclaw',
  ];
  for (const binary of catalog().filter(({ source }) => source.kind !== 'none')) {
    it(`is shell text that sh takes, and stable: ${binary.name}`, () => {
      const scripts: string[] = [];
      for (const base of bases) {
        const file = `FROM ${base}\nUSER node\nCMD ["x"]\n`;
        const result = bakeBinary(file, binary.name);
        if (!result.ok) continue;
        const baked = applyEdits(file, result.edits);
        const again = bakeBinary(baked, binary.name);
        assert.ok(again.ok && again.alreadyBaked && again.edits.length === 0, `${base}: not stable`);
        for (const { keyword, body } of parseDockerfile(baked).instructions)
          if (keyword === 'RUN') scripts.push(body.text);
      }
      const { status, stderr } = spawnSync('sh', ['-n'], { input: scripts.join('\n'), encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    });
  }
});

describe('the catalog', () => {
  it('pins a version for everything that is no distribution package', () => {
    for (const { name, source, version } of catalog()) {
      if (['githubRelease', 'download', 'npm', 'go', 'uv', 'pip'].includes(source.kind))
        assert.match(version ?? '', /^\d/, name);
    }
  });
});
