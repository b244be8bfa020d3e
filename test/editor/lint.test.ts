import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import {
  applyAsShown,
  closeEverything,
  codeActions,
  codeActionsNow,
  fileOf,
  open,
  problemsOf,
  retype,
  ruleOf,
  switchAutoSaveOff,
  waitForProblems,
} from './support/editing.ts';

const installsJq = 'FROM node:24-bookworm\nUSER node\nCMD apt-get update && apt-get install -y jq && node index.js\n';
const clean = 'FROM node:24-bookworm\nUSER node\nCMD ["node", "index.js"]\n';

const isRuntimeInstall = ({ code }: vscode.Diagnostic) => typeof code === 'object' && code.value === 'runtime-install';

describe('problems while one types', () => {
  before(switchAutoSaveOff);
  afterEach(closeEverything);

  it('are there for files that nobody has opened', async () => {
    const [problem] = await waitForProblems(fileOf('scripts/entrypoint.sh'), (problems) =>
      problems.some(isRuntimeInstall),
    );
    assert.ok(problem);
    assert.match(problem.message, /gog/);
    assert.match(problem.message, /lost when the container is recreated/);
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Warning);
    assert.ok(typeof problem.code === 'object');
    assert.match(problem.code.target.toString(true), /#runtime-install$/);
    assert.deepEqual(
      problem.relatedInformation?.map(({ location }) => vscode.workspace.asRelativePath(location.uri)),
      ['Dockerfile'],
    );
  });

  it('appear and go in a Dockerfile, unsaved', async () => {
    const editor = await open('Dockerfile');
    const { uri } = editor.document;
    await retype(editor, installsJq);
    const [problem] = await waitForProblems(uri, (problems) => problems.length === 1);
    assert.equal(problem?.range.start.line, 2);
    await retype(editor, clean);
    await waitForProblems(uri, (problems) => problems.length === 0);
  });

  it('follow an unsaved edit of the script that the image runs', async () => {
    const editor = await open('scripts/entrypoint.sh');
    const { uri } = editor.document;
    await waitForProblems(uri, (problems) => problems.some(isRuntimeInstall));
    await retype(editor, '#!/bin/sh\nexec "$@"\n');
    await waitForProblems(uri, (problems) => problems.length === 0);
    await vscode.commands.executeCommand('undo');
    await waitForProblems(uri, (problems) => problems.some(isRuntimeInstall));
  });

  it('of a script follow an unsaved edit of the Dockerfile that runs it', async () => {
    const script = fileOf('scripts/entrypoint.sh');
    await waitForProblems(script, (problems) => problems.some(isRuntimeInstall));
    const editor = await open('Dockerfile');
    await retype(editor, clean);
    await waitForProblems(script, (problems) => problems.length === 0);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await waitForProblems(script, (problems) => problems.some(isRuntimeInstall));
  });

  it('of a Dockerfile and a compose file follow unsaved edits of what they depend on', async () => {
    const write = (name: string, text: string) =>
      vscode.workspace.fs.writeFile(fileOf(`depends/${name}`), Buffer.from(text));
    const has = (ruleId: string) => (problems: vscode.Diagnostic[]) => problems.some((one) => ruleOf(one) === ruleId);
    await write(
      'Dockerfile',
      'FROM node:24-bookworm AS tools\nRUN apt-get update && apt-get install -y --no-install-recommends jq\n\n' +
        'FROM ghcr.io/openclaw/openclaw:2026.9.6\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n',
    );
    await write('start.sh', '#!/bin/sh\njq --version\nexec "$@"\n');
    await write(
      'compose.yaml',
      'services:\n  openclaw-gateway:\n    build: .\n    restart: always\n    volumes:\n      - ./state:/home/node/.openclaw\n',
    );
    try {
      // What the script runs decides what the last stage needs.
      await waitForProblems(fileOf('depends/Dockerfile'), has('binary-not-in-final-stage'));
      const script = await open('depends/start.sh');
      await retype(script, '#!/bin/sh\nexec "$@"\n');
      await waitForProblems(fileOf('depends/Dockerfile'), (problems) => !has('binary-not-in-final-stage')(problems));
      // The gateway's version decides what else must be mounted.
      await waitForProblems(fileOf('depends/compose.yaml'), has('missing-state-mount'));
      const dockerfile = await open('depends/Dockerfile');
      await retype(dockerfile, 'FROM ghcr.io/openclaw/openclaw:2026.2.1\n');
      await waitForProblems(fileOf('depends/compose.yaml'), (problems) => !has('missing-state-mount')(problems));
    } finally {
      await closeEverything();
      await vscode.workspace.fs.delete(fileOf('depends'), { recursive: true });
    }
  });

  it('of other files are not told again', async () => {
    const other = fileOf('other.Dockerfile');
    await vscode.workspace.fs.writeFile(other, Buffer.from(installsJq));
    const told = new Set<string>();
    const listener = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      for (const { path } of uris) told.add(path);
    });
    try {
      await waitForProblems(other, (problems) => problems.length === 1);
      const editor = await open('Dockerfile');
      const { uri } = editor.document;
      await retype(editor, clean);
      await waitForProblems(uri, (problems) => problems.length === 0);
      told.clear();
      await retype(editor, installsJq);
      await waitForProblems(uri, (problems) => problems.length === 1);
      assert.ok(told.has(uri.path));
      assert.ok(!told.has(other.path));
      assert.equal(problemsOf(other).length, 1);
    } finally {
      listener.dispose();
      await vscode.workspace.fs.delete(other);
    }
  });

  it('appear in a compose file', async () => {
    const editor = await open('docker-compose.yml');
    const { uri } = editor.document;
    await retype(
      editor,
      'services:\n  openclaw-gateway:\n    image: node:24-bookworm\n    command: sh -c "npm install -g mcporter && node openclaw.mjs gateway"\n',
    );
    const problems = await waitForProblems(uri, (found) => found.some(isRuntimeInstall));
    assert.equal(problems.find(isRuntimeInstall)?.range.start.line, 3);
  });

  it('follow files that come and go on disk', async () => {
    const uri = fileOf('other/Dockerfile');
    await vscode.workspace.fs.writeFile(uri, Buffer.from(installsJq));
    await waitForProblems(uri, (problems) => problems.some(isRuntimeInstall));
    await vscode.workspace.fs.writeFile(uri, Buffer.from(clean));
    await waitForProblems(uri, (problems) => problems.length === 0);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(installsJq));
    await waitForProblems(uri, (problems) => problems.some(isRuntimeInstall));
    await vscode.workspace.fs.delete(fileOf('other'), { recursive: true });
    await waitForProblems(uri, (problems) => problems.length === 0);
  });

  it('of a file that nobody watches are looked at again when a file beside it is saved', async () => {
    const files = vscode.workspace.getConfiguration('files');
    await files.update('watcherExclude', { '**/unwatched/**': true }, vscode.ConfigurationTarget.Global);
    const script = fileOf('unwatched/e.sh');
    // Not by way of VS Code, which would know of the change.
    const write = (text: string) => writeFile(script.fsPath, text);
    try {
      await mkdir(fileOf('unwatched').fsPath);
      await write('#!/bin/sh\napt-get install -y jq\n');
      await writeFile(fileOf('unwatched/Dockerfile').fsPath, 'FROM debian:12\nCOPY e.sh /e.sh\nCMD ["/e.sh"]\n');
      const editor = await open('unwatched/Dockerfile');
      await waitForProblems(script, (problems) => problems.some(isRuntimeInstall));
      await write('#!/bin/sh\nexec gateway\n');
      await retype(editor, 'FROM debian:13\nCOPY e.sh /e.sh\nCMD ["/e.sh"]\n');
      assert.ok(problemsOf(script).some(isRuntimeInstall));
      await editor.document.save();
      await waitForProblems(script, (problems) => problems.length === 0);
    } finally {
      await files.update('watcherExclude', undefined, vscode.ConfigurationTarget.Global);
      await closeEverything();
      await vscode.workspace.fs.delete(fileOf('unwatched'), { recursive: true });
    }
  });

  it('go with a file that is deleted while its document is still in memory', async () => {
    const uri = fileOf('gone/Dockerfile');
    await vscode.workspace.fs.writeFile(uri, Buffer.from(installsJq));
    // Nothing shows it, but VS Code keeps what an extension has opened for some minutes.
    await vscode.workspace.openTextDocument(uri);
    await waitForProblems(uri, (problems) => problems.some(isRuntimeInstall));
    await vscode.workspace.fs.delete(fileOf('gone'), { recursive: true });
    await waitForProblems(uri, (problems) => problems.length === 0);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(installsJq));
    await waitForProblems(uri, (problems) => problems.some(isRuntimeInstall));
    await vscode.workspace.fs.delete(fileOf('gone'), { recursive: true });
  });

  it('stay true beside files that cannot be understood', async () => {
    const editor = await open('Dockerfile');
    await retype(editor, '\u0000FROM FROM ${{\nRUN <<EOF\nCMD [“apt-get”, install');
    const compose = fileOf('other/compose.yaml');
    await vscode.workspace.fs.writeFile(compose, Buffer.from('services: [}\n\t- &a *a: {{'));
    await vscode.workspace.fs.writeFile(
      fileOf('other/SKILL.md'),
      Buffer.from([0x2d, 0x2d, 0x2d, 0x0a, 0xff, 0xfe, 0x00]),
    );
    await retype(editor, installsJq);
    await waitForProblems(editor.document.uri, (problems) => problems.some(isRuntimeInstall));
    await vscode.workspace.fs.delete(fileOf('other'), { recursive: true });
  });
});

describe('a fix', () => {
  before(switchAutoSaveOff);
  afterEach(closeEverything);

  it('is offered where the problem is, the preferred one first', async () => {
    const editor = await open('Dockerfile');
    await retype(editor, installsJq);
    const [problem] = await waitForProblems(editor.document.uri, (problems) => problems.length === 1);
    assert.ok(problem);
    const fixes = await codeActions(editor.document.uri, problem.range);
    assert.deepEqual(
      fixes.map(({ isPreferred }) => isPreferred),
      fixes.map((_, index) => index === 0),
    );
    assert.match(fixes[0]?.title ?? '', /jq/);
    const start = new vscode.Range(0, 0, 0, 0);
    const elsewhere = await codeActionsNow(editor.document.uri, start, vscode.CodeActionKind.QuickFix);
    assert.deepEqual(elsewhere, []);
  });

  it('is made for the text as it is now, not as it was when it was checked last', async () => {
    const editor = await open('Dockerfile');
    const { uri } = editor.document;
    await retype(editor, installsJq);
    const [problem] = await waitForProblems(uri, (problems) => problems.length === 1);
    assert.ok(problem);
    const comment = '# Two lines\n# more than before.\n';
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), comment));
    const moved = new vscode.Range(problem.range.start.translate(2), problem.range.end.translate(2));
    const [fix] = await codeActions(uri, moved);
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    const text = editor.document.getText();
    assert.ok(text.startsWith(`${comment}FROM node:24-bookworm\n`), text);
    await waitForProblems(uri, (problems) => problems.length === 0 || !problems.some(isRuntimeInstall));
  });

  it('is undone in one step', async () => {
    const editor = await open('Dockerfile');
    const { uri } = editor.document;
    await retype(editor, installsJq);
    const [problem] = await waitForProblems(uri, (problems) => problems.length === 1);
    assert.ok(problem);
    const [fix] = await codeActions(uri, problem.range);
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(editor.document.getText(), /^RUN .*jq/ms);
    assert.notEqual(editor.document.getText(), installsJq);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), installsJq);
  });

  it('changes the script and the Dockerfile together', async () => {
    const script = fileOf('scripts/entrypoint.sh');
    const [problem] = await waitForProblems(script, (problems) => problems.some(isRuntimeInstall));
    assert.ok(problem);
    await open('scripts/entrypoint.sh');
    const [fix] = await codeActions(script, problem.range);
    assert.ok(fix?.edit);
    const changed = fix.edit.entries().map(([uri]) => vscode.workspace.asRelativePath(uri));
    assert.deepEqual(changed.toSorted(), ['Dockerfile', 'scripts/entrypoint.sh']);
    await applyAsShown(fix.edit);
    await waitForProblems(script, (problems) => problems.length === 0);
    const dockerfile = await vscode.workspace.openTextDocument(fileOf('Dockerfile'));
    assert.match(dockerfile.getText(), /openclaw-vm: gog/);
  });

  it('adds a binary that a skill needs, where somebody asks in the Dockerfile or in the skill', async () => {
    for (const [path, line] of [
      ['Dockerfile', 0],
      ['skills/places/SKILL.md', 3],
    ] as const) {
      const { document } = await open(path);
      const actions = await codeActions(document.uri, new vscode.Range(line, 0, line, 0), {
        kind: vscode.CodeActionKind.Refactor,
        title: 'Add goplaces to the image',
      });
      const add = actions.find(({ title }) => title.startsWith('Add goplaces to the image'));
      assert.ok(add?.edit, actions.map(({ title }) => title).join());
      assert.deepEqual(
        add.edit.entries().map(([uri]) => vscode.workspace.asRelativePath(uri)),
        ['Dockerfile'],
      );
    }
  });
});

describe('the settings of the checks', () => {
  const configuration = () => vscode.workspace.getConfiguration('openclawVm.lint', fileOf(''));
  const change = (key: string, value: unknown) =>
    configuration().update(key, value, vscode.ConfigurationTarget.Workspace);
  const script = () => fileOf('scripts/entrypoint.sh');

  afterEach(async () => {
    await change('severities', undefined);
    await change('enabled', undefined);
  });

  it('change the severity of a rule', async () => {
    await waitForProblems(script(), (problems) => problems.some(isRuntimeInstall));
    await change('severities', { 'runtime-install': 'error' });
    await waitForProblems(script(), ([problem]) => problem?.severity === vscode.DiagnosticSeverity.Error);
  });

  it('silence a rule', async () => {
    await waitForProblems(script(), (problems) => problems.some(isRuntimeInstall));
    await change('severities', { 'runtime-install': 'off' });
    await waitForProblems(script(), (problems) => problems.length === 0);
  });

  it('switch the checks off and on', async () => {
    await waitForProblems(script(), (problems) => problems.some(isRuntimeInstall));
    await change('enabled', false);
    await waitForProblems(script(), (problems) => problems.length === 0);
    await change('enabled', true);
    await waitForProblems(script(), (problems) => problems.some(isRuntimeInstall));
  });

  it('may be nonsense', async () => {
    await change('severities', { 'runtime-install': 'loud', other: 7 });
    const [problem] = await waitForProblems(script(), (problems) => problems.some(isRuntimeInstall));
    assert.equal(problem?.severity, vscode.DiagnosticSeverity.Warning);
    await change('severities', 'error');
    await open('Dockerfile');
    assert.equal(problemsOf(script()).length, 1);
  });
});
