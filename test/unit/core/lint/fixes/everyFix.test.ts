import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fixAll } from '../../../../../src/core/lint/fixAll.ts';
import { lintProject } from '../../../../../src/core/lint/lintProject.ts';
import { type Problem, preferredFix } from '../../../../../src/core/lint/Problem.ts';
import type { Example } from '../../../../../src/core/lint/Rule.ts';
import { rules } from '../../../../../src/core/lint/rules/index.ts';
import { applyEdits } from '../../../../../src/core/text/applyEdits.ts';
import type { ProjectFiles } from '../../../../../src/core/workspace/ProjectFiles.ts';
import { eraDockerfiles } from '../../../../support/eraDockerfiles.ts';

const gog = 'https://github.com/steipete/gogcli/releases/latest/download/gogcli_linux_amd64.tar.gz';
const installs: Readonly<Record<string, string>> = {
  'the install of the documentation': `RUN curl -L ${gog} \\\n  | tar -xzO gog > /usr/local/bin/gog; chmod +x /usr/local/bin/gog`,
  'an unknown program':
    'RUN curl -L https://example.com/v1/t_linux_amd64.tgz | tar xz -C /usr/local/bin; t --version || true',
  'an installer': 'RUN curl https://example.com/install | bash',
  'a secret': `ENV GITHUB_TOKEN=ghp_${'x7Kq2VbN9sLmT4wZrY8cHfJd3GpA6uEo5RnQ'}`,
};

/** Compose files in the forms that people write. */
const services: Readonly<Record<string, string>> = {
  'lists, comments and quotes': `# ours
services:
  openclaw-gateway: # the bot
    image: "ghcr.io/openclaw/openclaw:2026.9.6" # pinned
    ports: # open
      - '18789:18789'   # all
      - "18790:18790"
    volumes:
      - ./skills:/app/skills  # skills

    # secrets
    environment:
      - OPENCLAW_GATEWAY_TOKEN=changeme
      - GOG_ACCOUNT=me@example.com # gog
`,
  'mappings, anchors and merges': `x-common: &common
    restart: always
    environment: &env
        OPENCLAW_GATEWAY_TOKEN: "change-me-now"
services:
    openclaw-gateway:
        <<: *common
        image: ghcr.io/openclaw/openclaw:2026.9.6
        ports:
            - target: 18789
              published: "18789"
        volumes:
            - type: bind
              source: ./config/openclaw.json
              target: /home/node/.openclaw/openclaw.json
networks:
    default: {}
`,
  'flow style': `services:
  openclaw-gateway:
    image: ghcr.io/openclaw/openclaw:2026.9.6
    ports: ["18789:18789", "0.0.0.0:18790:18790"]
    volumes: [ "/home/node/.openclaw" ]
    environment: { OPENCLAW_GATEWAY_TOKEN: "changeme", GOG_KEYRING_BACKEND: file }
`,
  'folded and literal commands': `services:
  openclaw-gateway:
    build: .
    command: >-
      sh -c "apt-get update && apt-get install -y jq &&
      exec node openclaw.mjs gateway --bind 0.0.0.0"
    entrypoint: ["tini", "--"]
`,
  'no line end at the end': 'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.3.2',
};

const projects: readonly (readonly [string, Example])[] = [
  ...rules.map(({ id, bad }) => [`the bad example of ${id}`, bad] as const),
  ...Object.entries(services).map(
    ([name, text]) =>
      [
        `a compose file with ${name}`,
        { 'compose.yaml': text, '.env': 'A=b\n', Dockerfile: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\n' },
      ] as const,
  ),
  ...Object.entries(installs).flatMap(([name, install]) =>
    eraDockerfiles(install).map(([era, Dockerfile]) => [`${name}, ${era}`, { Dockerfile }] as const),
  ),
];

function toFiles(example: Example, isWindows: boolean): ProjectFiles {
  const texts = Object.entries(example).map(([name, text]) => {
    const ends = isWindows && !name.endsWith('.sh') ? text.replaceAll('\n', '\r\n') : text;
    return [`/project/${name}`, ends] as const;
  });
  return { root: '/project', texts: new Map(texts) };
}

/** A lost state may leave only a lost key: that is better too. */
function weightOf(problems: readonly Problem[], ruleId: string): number {
  const weights = { error: 4, warning: 3, information: 2, hint: 1 };
  return problems.reduce((sum, problem) => sum + (problem.ruleId === ruleId ? weights[problem.severity] : 0), 0);
}

function errorsOf(problems: readonly Problem[]): readonly string[] {
  return [...new Set(problems.filter(({ severity }) => severity === 'error').map(({ ruleId }) => ruleId))];
}

describe('each rule', () => {
  for (const { id, bad, noFix } of rules) {
    it(`${id} has a fix, or says why there is none`, () => {
      const problems = lintProject(toFiles(bad, false)).filter(({ ruleId }) => ruleId === id);
      assert.ok(problems.some((problem) => preferredFix(problem) !== undefined) || (noFix ?? '').length > 20);
    });
  }
});

describe('every preferred fix', () => {
  for (const [name, example] of projects) {
    for (const isWindows of [false, true]) {
      it(`leaves a better project: ${name}${isWindows ? ', with CRLF' : ''}`, () => {
        const files = toFiles(example, isWindows);
        const problems = lintProject(files);
        const fixes = problems.map((problem) => ({ problem, fix: preferredFix(problem) }));
        for (const { problem, fix } of fixes) {
          if (fix === undefined) continue;
          const texts = new Map(files.texts);
          for (const { path, edits } of fix.edits) texts.set(path, applyEdits(texts.get(path) ?? '', edits));
          const after = lintProject({ root: files.root, texts });
          const what = `${problem.ruleId}: ${fix.title}`;
          assert.ok(weightOf(after, problem.ruleId) < weightOf(problems, problem.ruleId), `${what}: the finding stays`);
          const had = errorsOf(problems);
          assert.deepEqual(
            errorsOf(after).filter((ruleId) => !had.includes(ruleId)),
            [],
            `${what}: new errors`,
          );
          assert.ok(fix.title.length > 0 && fix.title.length < 160, fix.title);
          for (const [path, text] of texts)
            if (isWindows && !path.endsWith('.sh'))
              assert.doesNotMatch(text, /[^\r]\n/, `${what}: ${path} has mixed line ends`);
        }
      });
    }

    it(`ends when all are taken: ${name}`, () => {
      const files = toFiles(example, false);
      const { texts, fixed, remaining } = fixAll(files);
      assert.equal(fixAll({ root: files.root, texts: new Map([...files.texts, ...texts]) }).fixed.length, 0);
      const first = lintProject(files).some((problem) => preferredFix(problem) !== undefined);
      assert.equal(fixed.length > 0, first);
      assert.deepEqual(
        remaining.flatMap((problem) => preferredFix(problem)?.title ?? []),
        [],
      );
    });
  }
});
