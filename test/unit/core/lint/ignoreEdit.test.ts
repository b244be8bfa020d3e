import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ignoreEdit } from '../../../../src/core/lint/ignoreEdit.ts';
import { lintProject } from '../../../../src/core/lint/lintProject.ts';
import { rules } from '../../../../src/core/lint/rules/index.ts';
import { toProject } from './check.ts';

/** The text with the comment above what is found at the mark `^`, which is taken out. */
function ignored(path: string, marked: string): string | undefined {
  const offset = marked.indexOf('^');
  const text = marked.replace('^', '');
  const edit = ignoreEdit(path, text, 'some-rule', offset);
  return edit && `${text.slice(0, edit.offset)}${edit.prefix}why${edit.lineEnd}${text.slice(edit.offset)}`;
}

describe('the comment that silences a finding', () => {
  it('stands above the whole instruction of a Dockerfile, as it is indented', () => {
    assert.equal(
      ignored('/p/Dockerfile', 'FROM a\n  RUN one && \\\n    ^two\n'),
      'FROM a\n  # openclaw-vm ignore=some-rule why\n  RUN one && \\\n    two\n',
    );
  });

  it('stands above the line of a script and of YAML', () => {
    assert.equal(
      ignored('/p/e.sh', '#!/bin/sh\nif x; then\n\t^two\nfi\n'),
      '#!/bin/sh\nif x; then\n\t# openclaw-vm ignore=some-rule why\n\ttwo\nfi\n',
    );
    assert.equal(
      ignored('/p/compose.yaml', 'services:\n  a:\n    ports:\n      - ^"1:1"\n'),
      'services:\n  a:\n    ports:\n      # openclaw-vm ignore=some-rule why\n      - "1:1"\n',
    );
  });

  it('stands inside a literal block, where each line is a line of the script', () => {
    assert.equal(
      ignored('/p/compose.yaml', 'a:\n  command: |\n    one\n    ^two\n'),
      'a:\n  command: |\n    one\n    # openclaw-vm ignore=some-rule why\n    two\n',
    );
  });

  it('is for the whole file where one above the line would become text or cut a command', () => {
    assert.equal(
      ignored('/p/compose.yaml', 'a:\n  command: >-\n    one\n    ^two\n'),
      '# openclaw-vm ignore-file=some-rule why\na:\n  command: >-\n    one\n    two\n',
    );
    assert.equal(
      ignored('/p/e.sh', '#!/bin/sh\none \\\n  && ^two\n'),
      '#!/bin/sh\n# openclaw-vm ignore-file=some-rule why\none \\\n  && two\n',
    );
  });

  it('keeps Windows line ends', () => {
    assert.equal(
      ignored('/p/Dockerfile', 'FROM a\r\nRUN ^two\r\n'),
      'FROM a\r\n# openclaw-vm ignore=some-rule why\r\nRUN two\r\n',
    );
  });

  it('is not offered where "#" begins no comment', () => {
    assert.equal(ignored('/p/openclaw.json', '{ ^ }'), undefined);
    assert.equal(ignored('/p/README.md', '^text'), undefined);
  });

  for (const rule of rules) {
    it(`silences ${rule.id} in its bad example, and nothing more is found`, () => {
      const project = toProject(rule.bad);
      const problems = lintProject(project);
      const problem = problems.find(({ ruleId }) => ruleId === rule.id);
      assert.ok(problem);
      const text = project.texts.get(problem.path) ?? '';
      const edit = ignoreEdit(problem.path, text, rule.id, problem.range.start);
      if (edit === undefined) {
        assert.match(problem.path, /\.json$/);
        return;
      }
      const changed = `${text.slice(0, edit.offset)}${edit.prefix}why${edit.lineEnd}${text.slice(edit.offset)}`;
      const after = lintProject({ ...project, texts: new Map([...project.texts, [problem.path, changed]]) });
      const describeAll = (found: typeof problems) => found.map(({ ruleId, message }) => `${ruleId} ${message}`).sort();
      const sameLine = (range: { start: number }) => text.slice(0, range.start).split('\n').length;
      const expected = problems.filter(
        ({ ruleId, path, range }) =>
          !(
            ruleId === rule.id &&
            path === problem.path &&
            (edit.isForFile || sameLine(range) === sameLine(problem.range))
          ),
      );
      assert.deepEqual(describeAll(after), describeAll(expected));
    });
  }
});
