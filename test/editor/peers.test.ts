import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  closeEverything,
  codeActions,
  fileOf,
  problemsOf,
  ruleOf,
  switchAutoSaveOff,
  waitForProblems,
} from './support/editing.ts';

const dockerfile = [
  'FROM --platform=linux/amd64 node:24-bookworm',
  'RUN apt-get update \\',
  '    && curl -fsSL https://example.com/v1.2.3/install.sh | bash',
  'ENV OPENCLAW_GATEWAY_TOKEN=9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a3928',
  'RUN go install example.com/tool@latest',
  '',
].join('\n');
const compose =
  'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    ports:\n      - "18789:18789"\n';

interface Saying {
  readonly file: 'Dockerfile' | 'compose.yaml';
  readonly rule: string;
  readonly source: string;
  readonly code: string | undefined;
  readonly message: string;
  readonly line: number;
}

/** As hadolint's and Docker's extensions and DCLint report them: the whole line, or the line at which the instruction begins. */
const sayings: readonly Saying[] = [
  {
    file: 'Dockerfile',
    rule: 'masked-download-failure',
    source: 'hadolint',
    code: 'DL4006',
    message: 'Set the SHELL option -o pipefail',
    line: 1,
  },
  {
    file: 'Dockerfile',
    rule: 'hardcoded-architecture',
    source: 'docker-language-server',
    code: 'FromPlatformFlagConstDisallowed',
    message: 'constant value',
    line: 0,
  },
  {
    file: 'Dockerfile',
    rule: 'secret-in-image',
    source: 'docker-language-server',
    code: 'SecretsUsedInArgOrEnv',
    message: 'sensitive data',
    line: 3,
  },
  {
    file: 'Dockerfile',
    rule: 'unpinned-download',
    source: 'hadolint',
    code: undefined,
    message: '[hadolint] Pin versions in go (DL3062)',
    line: 4,
  },
  {
    file: 'compose.yaml',
    rule: 'public-gateway-port',
    source: 'dclint',
    code: 'no-unbound-port-interfaces',
    message: 'unbound',
    line: 4,
  },
];

describe('beside other linters', () => {
  const folder = 'peers';
  const peer = vscode.languages.createDiagnosticCollection('peer');
  const say = ({ file, source, code, message, line }: Saying) => {
    const diagnostic = new vscode.Diagnostic(new vscode.Range(line, 0, line, 200), message);
    diagnostic.source = source;
    if (code !== undefined) diagnostic.code = code;
    peer.set(fileOf(`${folder}/${file}`), [diagnostic]);
  };

  before(async () => {
    await switchAutoSaveOff();
    for (const [name, text] of Object.entries({ Dockerfile: dockerfile, 'compose.yaml': compose }))
      await vscode.workspace.fs.writeFile(fileOf(`${folder}/${name}`), Buffer.from(text));
  });
  afterEach(() => peer.clear());
  after(async () => {
    peer.dispose();
    await closeEverything();
    await vscode.workspace.fs.delete(fileOf(folder), { recursive: true });
  });

  for (const saying of sayings) {
    it(`says ${saying.rule} until ${saying.source} says the same, and again when that goes`, async () => {
      const uri = fileOf(`${folder}/${saying.file}`);
      const has = (problems: vscode.Diagnostic[]) => problems.some((problem) => ruleOf(problem) === saying.rule);
      const before = await waitForProblems(uri, has);
      say(saying);
      const beside = await waitForProblems(uri, (problems) => !has(problems));
      assert.equal(beside.length, before.length - 1);
      peer.clear();
      await waitForProblems(uri, has);
    });
  }

  it('keeps its finding where another rule, or the same one elsewhere, is reported', async () => {
    const uri = fileOf(`${folder}/Dockerfile`);
    const before = await waitForProblems(uri, (problems) => problems.length >= 4);
    const [pipe] = sayings;
    assert.ok(pipe);
    say({ ...pipe, code: 'DL3008', message: 'Pin versions in apt-get install' });
    await aMoment();
    assert.deepEqual(problemsOf(uri).map(ruleOf), before.map(ruleOf));
    say({ ...pipe, line: 4 });
    await aMoment();
    assert.deepEqual(problemsOf(uri).map(ruleOf), before.map(ruleOf));
  });

  it('still offers the fix, when another linter says what is wrong', async () => {
    const port = sayings.at(-1);
    assert.ok(port);
    const uri = fileOf(`${folder}/compose.yaml`);
    await waitForProblems(uri, (problems) => problems.some((problem) => ruleOf(problem) === port.rule));
    say(port);
    await waitForProblems(uri, (problems) => !problems.some((problem) => ruleOf(problem) === port.rule));
    await vscode.window.showTextDocument(uri);
    const fixes = await codeActions(uri, new vscode.Range(4, 8, 4, 8), { title: 'Publish on 127.0.0.1 only' });
    assert.ok(
      fixes.some(({ title }) => title === 'Publish on 127.0.0.1 only'),
      fixes.map(({ title }) => title).join(),
    );
  });
});

/** What does not happen has no event: long enough for what would. */
async function aMoment(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 500));
}
