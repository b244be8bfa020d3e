import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintProject } from '../../../../src/core/lint/lintProject.ts';
import { rules } from '../../../../src/core/lint/rules/index.ts';
import { generateDockerfile, seededRandom } from '../../../bench/generateDockerfile.ts';

const random = seededRandom(5);
let fresh = 0;

const texts = [
  ...rules.flatMap(({ bad, good }) => [bad['Dockerfile'], good['Dockerfile']]).filter((text) => text !== undefined),
  ...Array.from({ length: 20 }, () => generateDockerfile(random)),
  'ARG V=1\nFROM node:24\nENV A=$V\nRUN <<EOF\ncurl -L https://x.example/$A-amd64 -o /usr/local/bin/x\nEOF\nUSER node\nRUN sh -c "apt-get install -y jq; curl https://x.example/y | sh"\nHEALTHCHECK CMD ["sh", "-c", "npm i -g \\"z\\""]\n',
];

/** What somebody types, and lines that decide about those below. */
const typed = [
  'a',
  ' ',
  '\n',
  '\\',
  '"',
  '$A',
  '#',
  '\nUSER app\n',
  '\nENV A=2\n',
  '\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n',
  '<<EOF\n',
];

describe('a file that is edited', () => {
  for (const [index, original] of texts.entries()) {
    it(`has the findings of a new file after each edit (${index})`, () => {
      let text = original;
      for (let step = 0; step < 25; step++) {
        text = edited(text);
        assert.deepEqual(findings('/edited', text), findings(`/fresh${fresh++}`, text), text);
      }
    });
  }

  const download = 'RUN curl -L https://x.example/tool.tgz -o /usr/local/bin/tool; chmod +x /usr/local/bin/tool\n';
  const build = 'FROM node:24 AS build\nENV A=jq\nRUN apt-get install -y ripgrep $A\nFROM node:24-slim\n';
  const owned = 'RUN mkdir -p /opt/app/x && chmod 755 /opt/run\n';
  for (const [name, before, after] of [
    ['a probe behind a download', `FROM a\n${download}`, `FROM a\n${download}RUN echo a\nRUN tool --version\n`],
    ['the need of what another stage installs', `${build}CMD ["rg"]\n`, `${build}CMD ["jq"]\n`],
    ['the name of a package', `${build}CMD ["tini", "x"]\n`, `${build.replace('A=jq', 'A=tini')}CMD ["tini", "x"]\n`],
    [
      'a folder that is given away',
      `FROM debian\nUSER app\n${owned}`,
      `FROM debian\nRUN chown -R app /opt\nUSER app\n${owned}`,
    ],
    [
      'a copied file',
      `FROM debian\nUSER app\n${owned}`,
      `FROM debian\nCOPY x /opt/run\nUSER app\nRUN chmod 755 /opt/run\n`,
    ],
  ] as const) {
    it(`is seen whole when an edit changes ${name}`, () => {
      const root = `/edited${fresh++}`;
      const found = [before, after, before].map((text) => findings(root, text));
      assert.deepEqual(
        found,
        [before, after, before].map((text) => findings(`/fresh${fresh++}`, text)),
      );
      assert.notDeepEqual(found[0], found[1]);
    });
  }

  it('is followed to the script that its image starts when only the script is edited, goes or comes back', () => {
    const root = `/started${fresh++}`;
    const found = ['npm start\n', 'npm install -g x\n', undefined, '# a\nnpm install -g x\n'].map((script) => {
      const files: [string, string][] = [
        [`${root}/Dockerfile`, 'FROM node:24\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n'],
      ];
      if (script !== undefined) files.push([`${root}/start.sh`, script]);
      return lintProject({ root, texts: new Map(files) }).map(({ ruleId, range }) => `${ruleId} ${range.start}`);
    });
    assert.deepEqual(found, [[], ['runtime-install 0'], [], ['runtime-install 4']]);
  });

  it('is followed to a script that comes into a folder which its image runs at start', () => {
    const root = `/started${fresh++}`;
    const files: [string, string][] = [
      [`${root}/Dockerfile`, 'FROM node:24\nCOPY init.d /init.d\nCMD run-parts /init.d\n'],
    ];
    const lint = (): number => lintProject({ root, texts: new Map(files) }).length;
    const before = lint();
    files.push([`${root}/init.d/10-tools.sh`, 'npm install -g x\n']);
    assert.deepEqual([before, lint()], [0, 1]);
  });

  it('gives ranges that later edits do not move', () => {
    const text = 'FROM node:24\nCMD npm install -g x\n';
    const [problem] = lintProject({ root: '/kept', texts: new Map([['/kept/Dockerfile', text]]) });
    const range = { ...problem?.range };
    lintProject({ root: '/kept', texts: new Map([['/kept/Dockerfile', `# a comment\n${text}`]]) });
    assert.deepEqual({ ...problem?.range }, range);
    assert.equal(text.slice(range.start, range.end), 'npm install -g x');
  });
});

/** One insertion, or a line less. */
function edited(text: string): string {
  const at = Math.floor(random() * text.length);
  const insertion = typed[Math.floor(random() * typed.length * 1.3)];
  if (insertion !== undefined) return text.slice(0, at) + insertion + text.slice(at);
  const end = text.indexOf('\n', at);
  return text.slice(0, at) + text.slice(end === -1 ? text.length : end + 1);
}

function findings(root: string, text: string): unknown {
  const problems = lintProject({ root, texts: new Map([[`${root}/Dockerfile`, text]]) });
  return JSON.parse(
    JSON.stringify(
      problems.map(({ ruleId, severity, message, path, range, related, fixes }) => [
        ruleId,
        severity,
        message,
        path,
        range,
        related,
        fixes,
      ]),
    ).replaceAll(root, ''),
  );
}
