import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { joinParts, lintPart, type ProjectParts, splitProject } from '../../../../src/core/lint/lintParts.ts';
import { lintProject } from '../../../../src/core/lint/lintProject.ts';
import type { Problem } from '../../../../src/core/lint/Problem.ts';
import type { ProjectFiles } from '../../../../src/core/workspace/ProjectFiles.ts';

const kinds = [
  'FROM node:24\nRUN curl https://example.com/tool | tar -xz -C /usr/local/bin\nUSER app\nRUN apt-get install -y jq\n',
  'FROM debian:12\nRUN wget -qO- https://example.com/install.sh | sh; rm -rf /tmp/*\nCMD npm install && npm start\n',
  '# openclaw-vm ignore-file=unpinned-download own mirror\nFROM debian:12\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n',
  'FROM alpine:3.22\nRUN curl -fsSL https://example.com/tool_linux_amd64 -o /usr/local/bin/tool && chmod +x /usr/local/bin/tool\n',
];
const size = 3;

function collection(more: Readonly<Record<string, string>> = {}): ProjectFiles {
  const texts = new Map<string, string>();
  for (let index = 0; index < 5 * size; index++)
    texts.set(`/p/${index}/Dockerfile`, `${kinds[index % kinds.length]}# ${index}\n`);
  for (const [name, text] of Object.entries(more)) texts.set(`/p/${name}`, text);
  return { root: '/p', texts };
}

function parts(project: ProjectFiles): ProjectParts {
  const found = splitProject(project, size);
  assert.ok(found, 'the project has parts');
  return found;
}

function lintInParts(
  project: ProjectFiles,
  isThere = (_path: string): boolean => false,
): readonly Problem[] | undefined {
  const split = parts(project);
  const results = split.own.map((own) => lintPart(split, own, isThere));
  return results.includes(undefined) ? undefined : joinParts(results.flatMap((result) => result ?? []));
}

const asValues = (problems: readonly Problem[] | undefined): unknown =>
  JSON.parse(JSON.stringify(problems ?? 'none'), withoutPeers);
const withoutPeers = (key: string, value: unknown): unknown => (key === 'peers' ? undefined : value);

function whole(project: ProjectFiles): readonly unknown[] {
  return lintProject(project).map(({ ruleId, severity, message, path, range, related, docsUrl, fixes, fixTitle }) =>
    JSON.parse(JSON.stringify({ ruleId, severity, message, path, range, related, docsUrl, fixes, fixTitle })),
  );
}

describe('a project in parts', () => {
  it('has the problems and fixes of the whole, in the same order', () => {
    const project = collection();
    assert.ok(whole(project).length > 20);
    assert.deepEqual(asValues(lintInParts(project)), whole(project));
  });

  it('tells only what the first fix would do to who asks for no more', () => {
    const project = collection();
    const split = parts(project);
    const results = split.own.map((own) => lintPart(split, own, () => false, 'titles'));
    const problems = joinParts(results.flatMap((result) => result ?? [])) ?? [];
    const firstTitles = lintProject(project).map(({ fixes }) => fixes[0]?.title);
    assert.ok(firstTitles.some((title) => title !== undefined));
    assert.deepEqual(
      problems.map(({ fixTitle }) => fixTitle),
      firstTitles,
    );
    assert.ok(problems.every(({ fixes }) => fixes.length === 0));
  });

  it('has every file once, and those that are shared in each part', () => {
    const project = collection({ 'compose.yaml': 'services: {}\n' });
    const { own, shared } = parts(project);
    assert.deepEqual([...shared.keys()], ['/p/compose.yaml']);
    assert.deepEqual(
      own.flatMap((part) => [...part.keys()]),
      [...project.texts.keys()].filter((path) => path.endsWith('/Dockerfile')),
    );
    for (const part of own) assert.ok(part.size >= size);
  });

  it('finds in the files that are shared what the whole finds', () => {
    const project = collection({ 'tasks.sh': 'docker exec gateway apt-get install -y jq\n' });
    assert.ok(whole(project).some((problem) => JSON.stringify(problem).includes('/p/tasks.sh')));
    assert.deepEqual(asValues(lintInParts(project)), whole(project));
  });

  it('keeps images of gateways together', () => {
    const { shared } = parts(collection({ 'gateway/Dockerfile': 'FROM ghcr.io/openclaw/openclaw:latest\n' }));
    assert.deepEqual([...shared.keys()], ['/p/gateway/Dockerfile']);
  });

  it('is none where the project is small, or most of it is shared', () => {
    assert.equal(splitProject(collection()), undefined);
    const scripts = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`${index}.sh`, 'true\n']));
    assert.equal(splitProject(collection(scripts), size), undefined);
  });

  it('is none where one part asks for a Dockerfile of another one', () => {
    const compose = 'services:\n  one:\n    build: ./14\n';
    assert.equal(lintInParts(collection({ 'compose.yaml': compose })), undefined);
  });

  it('is none where a file is wanted that was not read', () => {
    assert.equal(
      lintInParts(collection(), (path) => path === '/p/2/start.sh'),
      undefined,
    );
  });

  it('is none where what is found in a file depends on the part', () => {
    const project = collection({ 'start.sh': 'npm install -g clawhub\n' });
    assert.equal(lintInParts(project), undefined);
  });
});
