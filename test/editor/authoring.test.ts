import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  askUntil,
  closeEverything,
  codeActions,
  fileOf,
  hoverText,
  open,
  problemsOf,
  retype,
  ruleOf,
  switchAutoSaveOff,
  waitForProblems,
} from './support/editing.ts';

const folder = 'authoring';
const fixable =
  'FROM node:24-bookworm\nCMD apt-get update && apt-get install -y jq && npm install -g mcporter && node index.js\n';
const has = (ruleId: string) => (problems: vscode.Diagnostic[]) =>
  problems.some((problem) => ruleOf(problem) === ruleId);

async function write(name: string, text: string): Promise<vscode.Uri> {
  const uri = fileOf(`${folder}/${name}`);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return uri;
}

describe('"Ignore here, with a reason"', () => {
  before(switchAutoSaveOff);
  afterEach(closeEverything);
  after(() => vscode.workspace.fs.delete(fileOf(folder), { recursive: true }));

  const cases = [
    {
      name: 'Dockerfile',
      files: { Dockerfile: 'FROM node:24-bookworm\nCMD set -e; \\\n  npm install -g mcporter && node index.js\n' },
      rule: 'runtime-install',
      line: 1,
      comment: '# openclaw-vm ignore=runtime-install reason',
    },
    {
      name: 'start.sh',
      files: {
        Dockerfile: 'FROM node:24-bookworm\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n',
        'start.sh': '#!/bin/sh\nif true; then\n\tnpm install -g mcporter\nfi\nexec "$@"\n',
      },
      rule: 'runtime-install',
      line: 2,
      comment: '\t# openclaw-vm ignore=runtime-install reason',
    },
    {
      name: 'compose.yaml',
      files: {
        'compose.yaml':
          'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    ports:\n      - "18789:18789"\n',
      },
      rule: 'public-gateway-port',
      line: 4,
      comment: '      # openclaw-vm ignore=public-gateway-port reason',
    },
  ] as const;

  for (const { name, files, rule, line, comment } of cases) {
    it(`puts the comment above the finding in a ${name}, with the reason selected`, async () => {
      for (const [file, text] of Object.entries(files)) await write(`${name}-case/${file}`, text);
      const editor = await open(`${folder}/${name}-case/${name}`);
      const { uri } = editor.document;
      const problem = (await waitForProblems(uri, has(rule))).find((one) => ruleOf(one) === rule);
      assert.ok(problem);
      const title = `Ignore ${rule} here, with a reason`;
      const actions = await codeActions(uri, problem.range, { title });
      const ignore = actions.find((action) => action.title === title);
      assert.ok(ignore?.edit, actions.map(({ title }) => title).join());
      assert.equal(ignore.isPreferred, false);
      const before = editor.document.getText();
      assert.ok(await vscode.workspace.applyEdit(ignore.edit));
      assert.equal(editor.document.lineAt(line).text, comment);
      assert.equal(editor.document.getText(editor.selection), 'reason');
      await waitForProblems(uri, (problems) => !has(rule)(problems));
      assert.ok(!has('unused-ignore')(problemsOf(uri)));
      await vscode.commands.executeCommand('undo');
      assert.equal(editor.document.getText(), before);
    });
  }
});

describe('"Fix all"', () => {
  const settings = () => vscode.workspace.getConfiguration('editor', fileOf(''));

  before(switchAutoSaveOff);
  afterEach(async () => {
    await settings().update('codeActionsOnSave', undefined, vscode.ConfigurationTarget.Workspace);
    await closeEverything();
  });
  after(() => vscode.workspace.fs.delete(fileOf(folder), { recursive: true }));

  it('is a quick fix where a file has several findings, and is undone in one step', async () => {
    const uri = await write('Dockerfile', fixable);
    const editor = await open(`${folder}/Dockerfile`);
    const [problem] = await waitForProblems(uri, (problems) => problems.length > 1);
    assert.ok(problem);
    const actions = await codeActions(uri, problem.range, { title: 'Fix all in this file', resolvedCount: 20 });
    const fixAll = actions.find(({ title }) => title.startsWith('Fix all in this file'));
    assert.ok(fixAll?.edit, actions.map(({ title }) => title).join());
    assert.ok(await vscode.workspace.applyEdit(fixAll.edit));
    await waitForProblems(uri, (problems) => !has('runtime-install')(problems));
    assert.match(editor.document.getText(), /\nCMD node index\.js\n/);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), fixable);
  });

  it('is a source action of its own kind', async () => {
    const uri = await write('Dockerfile', fixable);
    await open(`${folder}/Dockerfile`);
    await waitForProblems(uri, (problems) => problems.length > 1);
    const kind = vscode.CodeActionKind.SourceFixAll.append('openclawVm');
    for (const asked of [kind, vscode.CodeActionKind.SourceFixAll]) {
      const actions = await codeActions(uri, new vscode.Range(0, 0, 0, 0), { kind: asked, resolvedCount: 5 });
      const own = actions.filter((action) => action.kind?.value === 'source.fixAll.openclawVm');
      assert.equal(own.length, 1);
      assert.ok((own[0]?.edit?.entries().length ?? 0) > 0);
    }
  });

  it('runs on save where the settings say so, and only there', async () => {
    const uri = await write('save/Dockerfile', 'FROM node:24-bookworm\n');
    const editor = await open(`${folder}/save/Dockerfile`);
    await retype(editor, fixable);
    await waitForProblems(uri, has('runtime-install'));
    assert.ok(await editor.document.save());
    assert.equal(editor.document.getText(), fixable);
    await settings().update(
      'codeActionsOnSave',
      { 'source.fixAll.openclawVm': 'explicit' },
      vscode.ConfigurationTarget.Workspace,
    );
    await retype(editor, `${fixable}\n`);
    await waitForProblems(uri, has('runtime-install'));
    await vscode.commands.executeCommand('workbench.action.files.save');
    await waitForProblems(uri, (problems) => !has('runtime-install')(problems));
    assert.match(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString(), /\nCMD node index\.js\n/);
  });
});

describe('a fix of several files', () => {
  before(switchAutoSaveOff);
  afterEach(closeEverything);

  it('is shown before it is applied', async () => {
    const script = fileOf('scripts/entrypoint.sh');
    const problems = await waitForProblems(script, has('runtime-install'));
    const problem = problems.find((one) => ruleOf(one) === 'runtime-install');
    assert.ok(problem);
    await open('scripts/entrypoint.sh');
    const [fix] = await codeActions(script, problem.range);
    assert.ok(fix?.edit && fix.edit.size > 1);
    // An edit that changes nothing asks for the preview; see test/ui/lint.test.ts for what a person sees.
    const empty = fix.edit
      .entries()
      .flatMap(([, edits]) => edits.filter(({ newText, range }) => newText === '' && range.isEmpty));
    assert.equal(empty.length, 1);
  });
});

describe('completion', () => {
  before(switchAutoSaveOff);
  afterEach(closeEverything);
  after(() => vscode.workspace.fs.delete(fileOf(folder), { recursive: true }));

  /** What is offered there, as soon as this is; without a label, what is offered now. */
  async function complete(uri: vscode.Uri, line: number, column: number, wanted?: string) {
    const position = new vscode.Position(line, column);
    const ask = () =>
      vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', uri, position);
    const list = await askUntil(
      async () => ask(),
      ({ items }) => wanted === undefined || items.some((item) => labelOf(item) === wanted),
    );
    return list.items;
  }
  const labelOf = ({ label }: vscode.CompletionItem) => (typeof label === 'string' ? label : label.label);

  it('offers the catalog behind a marker, each with what it is, and writes the stanza', async () => {
    const uri = await write('Dockerfile', 'FROM node:24-bookworm\n');
    const editor = await open(`${folder}/Dockerfile`);
    await retype(editor, 'FROM node:24-bookworm\n# openclaw-vm: go\nCMD ["node"]\n');
    const items = await complete(uri, 1, 17, 'gog');
    const gog = items.find((item) => labelOf(item) === 'gog');
    assert.ok(gog, items.map(labelOf).slice(0, 20).join());
    assert.match(gog.detail ?? '', /Google Workspace/);
    assert.ok(gog.documentation instanceof vscode.MarkdownString);
    assert.match(gog.documentation.value, /openclaw\/gogcli/);
    editor.selection = new vscode.Selection(1, 17, 1, 17);
    const range = gog.range;
    assert.ok(range !== undefined);
    const replaced = range instanceof vscode.Range ? range : range.replacing;
    await editor.edit((edit) => edit.replace(replaced, String(gog.insertText)));
    const text = editor.document.getText();
    assert.match(text, /^# openclaw-vm: gog [\d.]+\nARG TARGETARCH\nRUN set -eu/m);
    assert.match(text, /\nCMD \["node"\]\n$/);
    assert.match(await hoverText(uri, new vscode.Position(1, 5)), /Must persist/);
  });

  it('offers the rules behind ignore=, also after a comma and in a script, without those that are named', async () => {
    const uri = await write('start.sh', '# openclaw-vm ignore=runtime-install,\n');
    const items = await complete(uri, 0, '# openclaw-vm ignore=runtime-install,'.length, 'unpinned-download');
    const labels = items.map(labelOf);
    assert.ok(labels.includes('unpinned-download'));
    assert.ok(!labels.includes('runtime-install'));
    const item = items.find((one) => labelOf(one) === 'unpinned-download');
    assert.equal(item?.detail, 'Download a version, not "latest"');
  });

  it('is silent in other comments', async () => {
    const uri = await write('other.sh', '# something else\n');
    const items = await complete(uri, 0, 8);
    // Words of the document, which VS Code itself offers, have no detail.
    const own = items.filter((item) => item.detail && ['gog', 'runtime-install', 'ignore'].includes(labelOf(item)));
    assert.deepEqual(
      own.map(({ label, detail }) => [label, detail]),
      [],
    );
  });
});

describe('code lenses of a skill', () => {
  before(switchAutoSaveOff);
  afterEach(closeEverything);

  /** As soon as the first one starts like this. */
  const lenses = async (uri: vscode.Uri, wanted: string) =>
    askUntil(
      async () => vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 20),
      ([first]) => first?.command?.title.startsWith(wanted) === true,
    );

  it('say what is missing and bake it in', async () => {
    const skill = (await open('skills/places/SKILL.md')).document.uri;
    await waitForProblems(skill, has('missing-skill-binary'));
    const [lens] = await lenses(skill, 'goplaces: missing');
    assert.equal(lens?.command?.title, 'goplaces: missing: bake it in');
    const { command, arguments: args = [] } = lens.command;
    await vscode.commands.executeCommand(command, ...args);
    await waitForProblems(skill, (problems) => !has('missing-skill-binary')(problems));
    const dockerfile = vscode.window.activeTextEditor?.document;
    assert.ok(dockerfile);
    assert.ok(dockerfile.fileName.endsWith('Dockerfile'));
    const line = dockerfile
      .getText()
      .split('\n')
      .findIndex((text) => text.startsWith('# openclaw-vm: goplaces'));
    const [after] = await lenses(skill, 'goplaces: in image');
    assert.equal(after?.command?.title, `goplaces: in image, Dockerfile:${line + 1}`);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    assert.ok(after.command);
    await vscode.commands.executeCommand(after.command.command, ...(after.command.arguments ?? []));
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, line);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await waitForProblems(skill, has('missing-skill-binary'));
  });

  it('say that there is none for Linux', async () => {
    const uri = await write(
      'skills/notes/SKILL.md',
      '---\nname: notes\ndescription: d\nmetadata: { "openclaw": { "requires": { "bins": ["memo"] } } }\n---\n',
    );
    await open(`${folder}/skills/notes/SKILL.md`);
    const [lens] = await lenses(uri, 'memo');
    assert.equal(lens?.command?.title, 'memo: no Linux build');
    await vscode.workspace.fs.delete(fileOf(folder), { recursive: true });
  });
});

describe('"Bake All Missing Binaries"', () => {
  before(switchAutoSaveOff);
  afterEach(closeEverything);

  it('bakes what the skills of the workspace need, as one change', async () => {
    const dockerfile = fileOf('Dockerfile');
    await waitForProblems(fileOf('skills/places/SKILL.md'), has('missing-skill-binary'));
    await vscode.commands.executeCommand('openclawVm.bakeMissingBinaries');
    await waitForProblems(fileOf('skills/places/SKILL.md'), (problems) => problems.length === 0);
    await waitForProblems(fileOf('skills/whatsapp/SKILL.md'), (problems) => problems.length === 0);
    const document = await vscode.workspace.openTextDocument(dockerfile);
    assert.match(document.getText(), /# openclaw-vm: goplaces/);
    assert.match(document.getText(), /# openclaw-vm: wacli/);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    assert.doesNotMatch(document.getText(), /# openclaw-vm: (?:goplaces|wacli)/);
  });
});
