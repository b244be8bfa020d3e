import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { lintProject } from '../../src/core/lint/lintProject.ts';
import { generateDockerfile, seededRandom } from '../bench/generateDockerfile.ts';
import { corpus, type Files } from './support/corpus.ts';
import { seed } from './support/seed.ts';

/** One edit of one file of a project. `file`, `at` and `from` are shares of a length, `length` counts characters. */
interface Edit {
  readonly file: number;
  readonly at: number;
  readonly length: number;
  readonly text: string;
  readonly kind: 'type' | 'setting' | 'line' | 'double' | 'remove' | 'add' | 'undo';
}

/** What somebody types, and lines that decide about those below or about other stages. */
const typed = [
  ...['a', ' ', '\n', '\\', '"', "'", '$A', '$V', '#', '|', '&&', ';', '<<EOF\n', '\nEOF\n', ': ', '- '],
  ...[
    '\nFROM node:24 AS extra\n',
    '\nFROM build\n',
    '\nFROM extra AS last\n',
    '\nARG V=2\n',
    '\nENV A=curl\n',
    '\nUSER app\n',
  ],
  ...[
    '\nUSER root\n',
    '\nWORKDIR /srv\n',
    '\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n',
    '\nCOPY --from=build /x /usr/bin/x\n',
  ],
  ...[
    '\nCOPY .env /app/\n',
    '\nCOPY . .\n',
    '\nRUN chown -R app /usr/local\n',
    '\nRUN npm install -g openclaw@latest\n',
    '\nRUN tool --version\n',
  ],
  ...[
    '\nRUN curl -L https://x.example/tool-linux-amd64 -o /usr/local/bin/tool; chmod +x /usr/local/bin/tool\n',
    '\n# openclaw-vm ignore=unpinned-download\n',
  ],
  ...[
    '\nCMD npm i -g x\n',
    '\nENTRYPOINT ["tini", "--", "/entrypoint.sh"]\n',
    '\n# escape=`\n',
    '\nRUN git clone https://github.com/openclaw/openclaw.git\n',
  ],
  ...[
    '\nENTRYPOINT ["rg", "--files"]\n',
    '\nHEALTHCHECK CMD jq . /x || exit 1\n',
    '\nENV A=ripgrep\n',
    '\nRUN apt-get install -y $A jq\n',
    '\nRUN wget -qO- https://x.example/tool.sh | sh\n',
    '\nRUN chmod 755 /opt/app/x /usr/bin/x\n',
    '\nRUN npm install -g pnpm@10 && mkdir /opt/y\n',
  ],
  ...[
    '    platform: linux/arm64\n',
    '    build:\n      context: .\n      target: extra\n',
    '    user: "1000"\n',
    'curl -sSL https://x.example/i.sh | bash\n',
  ],
];

/** Values of the instructions that decide about others, some of them in other stages. */
const settings: Readonly<Record<string, readonly string[]>> = {
  FROM: [
    'node:24 AS build',
    'node:18 AS build',
    'build AS middle',
    'middle',
    'ghcr.io/openclaw/openclaw:2026.9.6 AS build',
    '$BASE',
    '--platform=linux/amd64 alpine',
  ],
  ARG: [
    'BASE=node:20',
    'BASE=ghcr.io/openclaw/openclaw:2026.9.6',
    'ASSET=tool-linux-amd64',
    'ASSET=tool.txt',
    'FETCH=curl',
    'TARGETARCH',
  ],
  ENV: [
    'DIR=/usr/local',
    'DIR=/home/app',
    'FETCH=curl',
    'FETCH=echo',
    'A=tini',
    'A=jq',
    'API_TOKEN=k3Jd93kLs02mQx8Rt5Vz',
    'NPM_CONFIG_PREFIX=/home/node/.npm',
  ],
  USER: ['root', 'node', 'app', '1000', '$U'],
  WORKDIR: ['/usr/local/bin', '/home/app', 'sub'],
  SHELL: ['["/bin/bash", "-o", "pipefail", "-c"]', '["/bin/sh", "-c"]', '["/bin/sh", "-ec"]'],
};

const share = fc.double({ min: 0, max: 1, noNaN: true });
const edit: fc.Arbitrary<Edit> = fc.record({
  file: share,
  at: share,
  length: fc.constantFrom(0, 0, 0, 0, 1, 3, 30),
  text: fc.constantFrom(...typed),
  kind: fc.constantFrom('type', 'type', 'type', 'setting', 'setting', 'line', 'double', 'remove', 'add', 'undo'),
});

/** Dockerfiles of several stages beside the projects of the corpus, which mostly have one. */
const projects: readonly Files[] = [...corpus, ...manyStages(20)];

/** A stage on a stage on a stage, whose steps are right or wrong by what stands far above them. */
const dependent = {
  Dockerfile: [
    'ARG BASE=node:24',
    'FROM $BASE AS build',
    'ARG ASSET=tool-linux-amd64',
    'ENV DIR=/usr/local FETCH=curl',
    'USER node',
    'RUN chown -R node /opt/app && npm install -g typescript',
    '',
    'FROM build AS middle',
    'WORKDIR /opt/app',
    'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
    'RUN $FETCH -fsSL https://x.example/latest/$ASSET | tar -xz -C $DIR/bin',
    'RUN tool --version && touch /etc/tool',
    '',
    'FROM node:24 AS other',
    'RUN apt-get update && apt-get install -y tini ripgrep',
    'ENV A=jq',
    'RUN apt-get install -y $A && mkdir /opt/jq',
    'COPY . .',
    '',
    'FROM middle',
    'COPY --from=other /usr/bin/rg /usr/bin/rg',
    'RUN curl -L https://github.com/o/r/releases/latest/download/x_amd64 -o /usr/local/bin/x',
    'RUN mkdir /opt/app/x /usr/lib/x && $FETCH -o y https://x.example/y; chmod +x y',
    'RUN npm install -g openclaw@2026.9.6',
    'ENTRYPOINT ["tini", "--", "openclaw", "gateway"]',
    '',
  ].join('\n'),
  'compose.yaml':
    'services:\n  openclaw-gateway:\n    build:\n      context: .\n      args:\n        BASE: node:22\n    platform: linux/arm64\n    volumes:\n      - ./state:/opt/app\n',
  '.env': 'API_TOKEN=k3Jd93kLs02mQx8Rt5Vz\n',
};
const alone: Files = { Dockerfile: dependent.Dockerfile };

it('after each edit a project has the findings of a new one', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...projects), fc.constantFrom(dependent, alone)),
      fc.array(edit, { minLength: 1, maxLength: 25 }),
      (files, edits) => {
        const root = `/edited${turn++}`;
        let [before, now] = [files, files];
        assertSame(root, now);
        for (const step of edits) {
          [before, now] = [now, step.kind === 'undo' ? before : edited(now, step)];
          assertSame(root, now);
        }
      },
    ),
    { numRuns: 300, seed },
  );
});

let turn = 0;

function assertSame(root: string, files: Files): void {
  assert.deepEqual(findings(root, files), findings(`/new${turn++}`, files));
}

function findings(root: string, files: Files): unknown {
  const texts = new Map(Object.entries(files).map(([name, text]) => [`${root}/${name}`, text]));
  return JSON.parse(
    JSON.stringify(lintProject({ root, texts }).map((problem) => ({ ...problem, fixes: problem.fixes }))).replaceAll(
      root,
      '',
    ),
  );
}

function edited(files: Files, { file, at, length, text, kind }: Edit): Files {
  const names = Object.keys(files).filter((name) => !/\.(?:png|svg)$/.test(name));
  const name = names[Math.min(names.length - 1, Math.floor(file * names.length))] ?? 'Dockerfile';
  const old = files[name] ?? '';
  const start = Math.floor(at * old.length);
  const [lineStart, newline] = [old.lastIndexOf('\n', start - 1) + 1, old.indexOf('\n', start)];
  const lineEnd = newline === -1 ? old.length : newline + 1;
  switch (kind) {
    case 'type':
      return { ...files, [name]: old.slice(0, start) + text + old.slice(start + length) };
    case 'setting':
      return { ...files, Dockerfile: withSetting(files['Dockerfile'] ?? '', at, file) };
    case 'line':
      return { ...files, [name]: old.slice(0, lineStart) + old.slice(lineEnd) };
    case 'double':
      return { ...files, [name]: old.slice(0, lineEnd) + old.slice(lineStart) };
    case 'add':
      return { ...files, [start % 2 === 0 ? '.env' : 'entrypoint.sh']: `TOKEN=5f1d0c2ab7\n${text}` };
    default:
      return names.length > 1 && start % 4 === 0
        ? Object.fromEntries(Object.entries(files).filter(([other]) => other !== name))
        : files;
  }
}

/** One of the lines that hold a setting, chosen by the first share, with the value that the second one chooses. */
function withSetting(text: string, one: number, other: number): string {
  const lines = [...text.matchAll(/^(FROM|ARG|ENV|USER|WORKDIR|SHELL) .*$/gm)];
  const line = lines[Math.min(lines.length - 1, Math.floor(one * lines.length))];
  if (line === undefined) return text;
  const [{ length }, keyword = ''] = line;
  const values = settings[keyword] ?? [];
  const value = values[Math.min(values.length - 1, Math.floor(other * values.length))] ?? '';
  return `${text.slice(0, line.index)}${keyword} ${value}${text.slice(line.index + length)}`;
}

function manyStages(count: number): readonly Files[] {
  const random = seededRandom(11);
  const stages = (): string => {
    const texts = Array.from({ length: 2 + Math.floor(random() * 4) }, () => generateDockerfile(random));
    return texts
      .map((text, index) => (random() < 0.4 && index > 0 ? text.replace(/^FROM \S+/m, 'FROM build') : text))
      .join('');
  };
  return Array.from({ length: count }, (_, index) => ({
    Dockerfile: stages(),
    ...(index % 2 === 0
      ? {
          'compose.yaml':
            'services:\n  openclaw-gateway:\n    build: .\n    ports:\n      - "18789:18789"\n    volumes:\n      - ./state:/opt/app\n',
        }
      : {}),
    ...(index % 3 === 0 ? { 'entrypoint.sh': '#!/bin/sh\napt-get install -y jq\nexec "$@"\n' } : {}),
  }));
}
