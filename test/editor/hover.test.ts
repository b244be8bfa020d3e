import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  closeEverything,
  fileOf,
  hoverText,
  hoverTextNow,
  open,
  retype,
  switchAutoSaveOff,
  waitForProblems,
} from './support/editing.ts';

describe('the hover', () => {
  before(switchAutoSaveOff);
  afterEach(closeEverything);

  it('on a finding says why, what to do, with examples and a link', async () => {
    const script = fileOf('scripts/entrypoint.sh');
    await open('scripts/entrypoint.sh');
    const [problem] = await waitForProblems(script, (problems) => problems.length > 0);
    assert.ok(problem);
    const text = await hoverText(script, problem.range.start);
    assert.match(text, /Install at build time/);
    assert.match(text, /lost when the container is recreated/);
    assert.match(text, /````dockerfile\nFROM node:24-bookworm\nCMD apt-get/);
    assert.match(text, /````dockerfile\nFROM node:24-bookworm\nRUN apt-get/);
    assert.match(text, /\[runtime-install\]\(https:.*#runtime-install\)/);
  });

  it('on a stanza says where the binary comes from and what must persist, also unsaved', async () => {
    const editor = await open('Dockerfile');
    await retype(
      editor,
      'FROM node:24-bookworm\n\n# openclaw-vm: gog 0.37.0\nARG TARGETARCH\nRUN set -eu; \\\n    true\nCMD ["node"]\n',
    );
    for (const line of [2, 3, 5]) {
      const text = await hoverText(editor.document.uri, new vscode.Position(line, 4));
      assert.match(text, /Google Workspace CLI/, `line ${line}`);
      assert.match(text, /openclaw\/gogcli/);
      assert.match(text, /Version: \d/);
      assert.match(text, /\/home\/node\/\.config\/gogcli/);
      assert.match(text, /GOG_KEYRING_PASSWORD/);
    }
    assert.doesNotMatch(await hoverTextNow(editor.document.uri, new vscode.Position(6, 2)), /Google Workspace/);
  });

  it('on the name of a binary that a skill requires describes it', async () => {
    const { document } = await open('skills/places/SKILL.md');
    const line = document
      .getText()
      .split('\n')
      .findIndex((text) => /bins/.test(text));
    const column = document.lineAt(line).text.indexOf('goplaces');
    assert.ok(column >= 0);
    const text = await hoverText(document.uri, new vscode.Position(line, column + 2));
    assert.match(text, /\*\*goplaces\*\*: Google Places CLI/);
    assert.match(text, /GOOGLE_PLACES_API_KEY/);
  });
});
