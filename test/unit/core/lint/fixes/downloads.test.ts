import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintProject } from '../../../../../src/core/lint/lintProject.ts';
import { eraDockerfiles } from '../../../../support/eraDockerfiles.ts';
import { fixFirst, toProject } from '../check.ts';

/** A RUN on Debian, as the fix leaves it. */
function fixedRun(ruleId: string, run: string): string {
  const head = 'FROM node:24-bookworm\n';
  return (fixFirst(ruleId, `${head}${run}\n`)['Dockerfile'] ?? '').slice(head.length).replace(/\n$/, '');
}

function titles(ruleId: string, files: string): readonly string[] {
  const problem = lintProject(toProject(files)).find((found) => found.ruleId === ruleId);
  assert.ok(problem, 'nothing found');
  return problem.fixes.map(({ title }) => title);
}

const url = 'https://example.com/v1/t.tar.gz';

describe('the fix of masked-download-failure', () => {
  const rule = 'masked-download-failure';
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    'adds -f to the options that are there': [
      'RUN curl -sSL https://example.com/t -o /usr/local/bin/t && chmod +x /usr/local/bin/t',
      'RUN curl -fsSL https://example.com/t -o /usr/local/bin/t && chmod +x /usr/local/bin/t',
    ],
    'adds -f in front of an address': [
      'RUN curl https://example.com/t > /usr/local/bin/t && chmod 755 /usr/local/bin/t',
      'RUN curl -f https://example.com/t > /usr/local/bin/t && chmod 755 /usr/local/bin/t',
    ],
    'splits the pipe into a shell': [
      'RUN curl -fsSL https://example.com/1.2.3/i.sh | bash -s -- --yes',
      'RUN curl -fsSL -o /tmp/install.sh https://example.com/1.2.3/i.sh && bash /tmp/install.sh --yes && rm /tmp/install.sh',
    ],
    'splits the pipe into a shell behind sudo, inside a chain': [
      'RUN apt-get update && curl -sL https://example.com/setup_24.x | sudo -E bash - && apt-get install -y nodejs',
      'RUN apt-get update && curl -fsL -o /tmp/install.sh https://example.com/setup_24.x && sudo -E bash /tmp/install.sh && rm /tmp/install.sh && apt-get install -y nodejs',
    ],
    'keeps the variables of the shell that reads': [
      'RUN curl -fsSL https://example.com/install | BUN_INSTALL=/usr/local bash',
      'RUN curl -fsSL -o /tmp/install.sh https://example.com/install && BUN_INSTALL=/usr/local bash /tmp/install.sh && rm /tmp/install.sh',
    ],
    'splits the pipe into tar, and stops at the first failure': [
      `RUN curl -L ${url} | tar -xzO gog > /usr/local/bin/gog; chmod +x /usr/local/bin/gog`,
      `RUN set -e; curl -fL -o /tmp/t.tar.gz ${url}; tar -xzOf /tmp/t.tar.gz gog > /usr/local/bin/gog; rm /tmp/t.tar.gz; chmod +x /usr/local/bin/gog`,
    ],
    'keeps continued lines where they are': [
      `RUN curl -L ${url} \\\n    | tar xz -C /usr/local/bin; \\\n    # mark it\n    chmod +x /usr/local/bin/t`,
      `RUN set -e; curl -fL -o /tmp/t.tar.gz ${url}; \\\n    tar xzf /tmp/t.tar.gz -C /usr/local/bin; rm /tmp/t.tar.gz; \\\n    # mark it\n    chmod +x /usr/local/bin/t`,
    ],
    'gives other readers the file as their input': [
      'RUN wget -qO- https://example.com/t.gz | gunzip > /usr/local/bin/t; chmod +x /usr/local/bin/t',
      'RUN set -e; wget -qO /tmp/t.gz https://example.com/t.gz; gunzip > /usr/local/bin/t < /tmp/t.gz; rm /tmp/t.gz; chmod +x /usr/local/bin/t',
    ],
    'takes out what hides the failure': [
      'RUN curl -fsSL -o /usr/local/bin/t https://example.com/t && chmod +x /usr/local/bin/t || echo "no t"',
      'RUN curl -fsSL -o /usr/local/bin/t https://example.com/t && chmod +x /usr/local/bin/t',
    ],
    'makes a list of a chain that set -e does not heed': [
      'RUN set -e; cd /tmp && curl -LO https://example.com/t && chmod +x t && mv t /usr/local/bin/; echo done',
      'RUN set -e; cd /tmp; curl -fLO https://example.com/t; chmod +x t; mv t /usr/local/bin/; echo done',
    ],
    'works in a condition': [
      'RUN if [ -n "$X" ]; then curl -fsSL https://example.com/i.sh | sh -s -- -y; fi; echo hi',
      'RUN set -e; if [ -n "$X" ]; then curl -fsSL -o /tmp/install.sh https://example.com/i.sh; sh /tmp/install.sh -y; rm /tmp/install.sh; fi; echo hi',
    ],
    'works in a here-document': [
      'RUN <<EOT\ncurl -o /usr/local/bin/t https://example.com/t\nchmod +x /usr/local/bin/t\nEOT',
      'RUN <<EOT\nset -e\ncurl -fo /usr/local/bin/t https://example.com/t\nchmod +x /usr/local/bin/t\nEOT',
    ],
    'works in the text of another shell': [
      `RUN bash -c "curl -fL ${url} | tar -C /usr/local/bin -xz; ls"`,
      `RUN bash -c "set -e; curl -fL -o /tmp/t.tar.gz ${url}; tar -C /usr/local/bin -xzf /tmp/t.tar.gz; rm /tmp/t.tar.gz; ls"`,
    ],
    'works in a JSON form': [
      `RUN ["sh", "-c", "curl -fL ${url} | tar -C /usr/local/bin -xz; ls"]`,
      `RUN ["sh", "-c", "set -e; curl -fL -o /tmp/t.tar.gz ${url}; tar -C /usr/local/bin -xzf /tmp/t.tar.gz; rm /tmp/t.tar.gz; ls"]`,
    ],
    'keeps tabs and CRLF': [
      'RUN\tcurl -o /usr/local/bin/t https://example.com/t ;\t\\\r\n\tchmod +x /usr/local/bin/t\r',
      'RUN\tset -e; curl -fo /usr/local/bin/t https://example.com/t ;\t\\\r\n\tchmod +x /usr/local/bin/t\r',
    ],
  };
  for (const [name, [before, after]] of Object.entries(cases))
    it(name, () => assert.equal(fixedRun(rule, before), after));

  it('says what it does', () =>
    assert.deepEqual(titles(rule, `FROM node:24\nRUN curl -L ${url} | tar -xz -C /usr/local/bin; ls\n`), [
      'Fail the build when the download fails: set -e, a file in place of the pipe, curl -f',
    ]));
});

describe('the fix of hardcoded-architecture', () => {
  const rule = 'hardcoded-architecture';
  const choice = (amd64: string, arm64: string): string =>
    [
      'ARG TARGETARCH',
      `RUN case "\${TARGETARCH:-$(uname -m)}" in \\`,
      `      amd64|x86_64) ${amd64} ;; \\`,
      `      arm64|aarch64) ${arm64} ;; \\`,
      `      *) echo "no build for \${TARGETARCH:-$(uname -m)}" >&2; exit 1 ;; \\`,
      '    esac; \\',
      '    ',
    ].join('\n');

  it('chooses the asset, and everything that is named like it', () =>
    assert.equal(
      fixedRun(rule, 'RUN curl -fsSL -o /tmp/t.tgz "https://example.com/t_amd64.tgz" && tar -xzf /tmp/t.tgz t_amd64/t'),
      `${choice('arch=amd64', 'arch=arm64')}curl -fsSL -o /tmp/t.tgz "https://example.com/t_$arch.tgz" && tar -xzf /tmp/t.tgz t_$arch/t`,
    ));

  for (const [name, x86, arm, after] of [
    ['t_Linux_x86_64', 'x86_64', 'arm64', 't_Linux_$arch'],
    ['t-x86_64-unknown-linux-musl', 'x86_64', 'aarch64', 't-$arch-unknown-linux-musl'],
    ['t-linux-x64', 'x64', 'arm64', 't-linux-$arch'],
    ['t-amd64_static', 'amd64', 'arm64', `t-\${arch}_static`],
    ['t-aarch64', 'x86_64', 'aarch64', 't-$arch'],
  ] as const) {
    it(`knows the names beside ${name}`, () =>
      assert.equal(
        fixedRun(rule, `RUN curl -fsSL -o /usr/local/bin/t https://example.com/${name}`),
        `${choice(`arch=${x86}`, `arch=${arm}`)}curl -fsSL -o /usr/local/bin/t https://example.com/${after}`,
      ));
  }

  it('takes a second variable where the archive has another spelling inside', () =>
    assert.match(
      fixedRun(rule, 'RUN curl -fsSL https://example.com/t_amd64.tgz -o /tmp/t && tar -xzf /tmp/t t-x86_64/t'),
      /amd64\|x86_64\) arch=amd64; machine=x86_64 ;;(?:.|\n)*t_\$arch\.tgz -o \/tmp\/t && tar -xzf \/tmp\/t t-\$machine\/t$/,
    ));

  it('works in a here-document, without a second ARG', () =>
    assert.equal(
      fixedRun(rule, 'ARG TARGETARCH\nRUN <<EOT\nset -e\nwget -O /usr/local/bin/x https://example.com/x-arm64\nEOT'),
      `ARG TARGETARCH\nRUN <<EOT\ncase "\${TARGETARCH:-$(uname -m)}" in\n  amd64|x86_64) arch=amd64 ;;\n  arm64|aarch64) arch=arm64 ;;\n  *) echo "no build for \${TARGETARCH:-$(uname -m)}" >&2; exit 1 ;;\nesac\nset -e\nwget -O /usr/local/bin/x https://example.com/x-$arch\nEOT`,
    ));

  it('takes out a fixed platform', () =>
    assert.deepEqual(fixFirst(rule, 'FROM --platform=linux/amd64 node:24 AS base\nRUN true\n'), {
      Dockerfile: 'FROM node:24 AS base\nRUN true\n',
    }));

  it('has none where no shell chooses', () => {
    for (const run of [
      'ADD https://example.com/t_amd64.tgz /tmp/',
      'RUN ["sh", "-c", "curl -fo /usr/local/bin/t https://example.com/t_amd64"]',
      "RUN curl -fo /usr/local/bin/t 'https://example.com/t_amd64'",
      'RUN curl -fo /usr/local/bin/t https://example.com/t_armv7',
    ])
      assert.deepEqual(titles(rule, `FROM node:24\n${run}\n`), [], run);
  });
});

const gog = 'https://github.com/steipete/gogcli/releases';

describe('the stanza in the place of a download', () => {
  const marker = '# openclaw-vm: gog';

  it('takes the place of the whole RUN, below its comment', () =>
    assert.match(
      fixedRun(
        'known-bad-url',
        `# gog\nRUN curl -L ${gog}/latest/download/gogcli_linux_amd64.tar.gz | tar -xz -C /usr/local/bin gog`,
      ),
      /^# gog\n# openclaw-vm: gog [\d.]+\nARG TARGETARCH\nRUN set -eu; \\\n(?:.*\n)* {4}rm -rf "\$tmp"$/,
    ));

  it('leaves what else the RUN does', () =>
    assert.match(
      fixedRun(
        'unpinned-download',
        `RUN apt-get update && apt-get install -y jq && curl -L ${gog}/latest/download/gog.tar.gz | tar -xz -C /usr/local/bin && chmod +x /usr/local/bin/gog && apt-get clean`,
      ),
      /^RUN apt-get update && apt-get install -y jq && apt-get clean\n\n# openclaw-vm: gog /,
    ));

  it('takes along the folder that the archive was unpacked in', () =>
    assert.match(
      fixedRun(
        'unpinned-download',
        `RUN cd /tmp && curl -LO ${gog}/latest/download/gogcli_linux_amd64.tar.gz && tar xzf gogcli_linux_amd64.tar.gz && mv gog /usr/local/bin/ && rm -rf gogcli*`,
      ),
      /^# openclaw-vm: gog /,
    ));

  it('keeps a version that the address names, with the checksums of that release', () => {
    const fixed = fixedRun(
      'hardcoded-architecture',
      `ARG V=0.13.0\nRUN curl -fsSL ${gog}/download/v\${V}/gogcli_\${V}_linux_amd64.tar.gz | tar -xz -C /usr/local/bin gog`,
    );
    assert.match(fixed, /^ARG V=0\.13\.0\n# openclaw-vm: gog 0\.13\.0\n/);
    assert.match(fixed, /checksums\.txt/);
    assert.doesNotMatch(fixed, /sha256=/);
  });

  it('brings root rights and gives them back', () => {
    const { Dockerfile = '' } = fixFirst(
      'unpinned-download',
      `FROM ghcr.io/openclaw/openclaw:2026.9.6\nRUN curl -L ${gog}/latest/download/gog.tar.gz | tar -xz -C /usr/local/bin gog\n`,
    );
    assert.match(Dockerfile, /^FROM \S+\nUSER root\n# openclaw-vm: gog (?:.*\n)*USER node\n$/);
  });

  it('is there only once', () => {
    const { Dockerfile = '' } = fixFirst(
      'unpinned-download',
      `FROM node:24-bookworm\n# openclaw-vm: gog 0.1.0\nARG TARGETARCH\nRUN true\nRUN curl -L ${gog}/latest/download/gog.tar.gz | tar -xz -C /usr/local/bin gog\nUSER node\n`,
    );
    assert.equal(Dockerfile.split(marker).length, 2);
    assert.doesNotMatch(Dockerfile, /latest/);
  });

  it('keeps its hands off a file that is looked for elsewhere', () => {
    const dockerfile = `FROM debian:bookworm AS tools\nRUN curl -L ${gog}/latest/download/gog.tar.gz | tar -xz -C /out\nFROM node:24\nCOPY --from=tools /out/gog /usr/local/bin/gog\n`;
    assert.deepEqual(titles('unpinned-download', dockerfile), [`Take version 0.37.0 of gog`]);
  });

  it('puts in the catalog’s address where it cannot have the place, quotes kept', () =>
    assert.equal(
      fixedRun('known-bad-url', `ADD "${gog}/latest/download/gogcli_linux_arm64.tar.gz" /tmp/`),
      'ADD "https://github.com/openclaw/gogcli/releases/download/v0.37.0/gogcli_0.37.0_linux_arm64.tar.gz" /tmp/',
    ));

  it('pins a package of the catalog', () =>
    assert.match(fixedRun('unpinned-download', 'RUN npm install -g clawhub@latest'), /^RUN npm install -g clawhub@\d/));

  for (const rule of [
    'masked-download-failure',
    'known-bad-url',
    'unpinned-download',
    'hardcoded-architecture',
    'download-without-checksum',
  ]) {
    const install = `RUN curl -L ${gog}/latest/download/gogcli_linux_amd64.tar.gz | tar -xzO gog > /usr/local/bin/gog; chmod +x /usr/local/bin/gog`;
    for (const [era, dockerfile] of eraDockerfiles(install)) {
      it(`is what ${rule} offers first, in the Dockerfile of ${era}`, () => {
        const { Dockerfile = '' } = fixFirst(rule, dockerfile);
        const [before = '', after = ''] = dockerfile.split(install);
        assert.ok(Dockerfile.startsWith(before), 'what stands above is untouched');
        assert.ok(Dockerfile.endsWith(after), 'what stands below is untouched');
        assert.ok(Dockerfile.slice(before.length).startsWith(marker));
        assert.ok(!lintProject(toProject(Dockerfile)).some(({ ruleId }) => ruleId === rule));
      });
    }
  }
});
