// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose and of shells look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseShell } from '../../../../src/core/shell/parseShell.ts';
import { unwrapCommand } from '../../../../src/core/shell/unwrapCommand.ts';
import { MappedText } from '../../../../src/core/text/MappedText.ts';

function commandsOf(text: string): readonly string[] {
  return parseShell(new MappedText(text, 0)).commands.map(({ words }) => words.map(({ value }) => value).join(' '));
}

function unwrapped(text: string): string {
  const [command] = parseShell(new MappedText(text, 0)).commands;
  const { argv, shellText, script } = unwrapCommand(command?.words ?? []);
  if (shellText !== undefined) return `text: ${shellText.text}`;
  if (script !== undefined) return `script: ${script.value}`;
  return argv.map(({ value }) => value).join(' ');
}

describe('parseShell', () => {
  it('lists commands in the order in which they stand', () => {
    assert.deepEqual(commandsOf('a && b || c; d | e & f'), ['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('looks into conditions, loops, cases, groups and substitutions', () => {
    assert.deepEqual(
      commandsOf('if a; then b; else c; fi; for x in y; do d; done; case $x in p) e;; esac; { f; }; (g); h "$(i)" `j`'),
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'i', 'j', 'h $(i) `j`'],
    );
  });

  it('keeps assignments before a command apart from its arguments, and those behind it among them', () => {
    const text = 'A=1 B="$(x)" apt-get install -y jq; >log C=2 npm i; env D=3 pip install y; E=4';
    assert.deepEqual(commandsOf(text), ['x', 'apt-get install -y jq', 'npm i', 'env D=3 pip install y', '']);
    const [, command] = parseShell(new MappedText(text, 0)).commands;
    assert.deepEqual(
      command?.assignments.map(({ name, value }) => [name, value?.value]),
      [
        ['A', '1'],
        ['B', '$(x)'],
      ],
    );
  });

  it('keeps the commands of functions apart', () => {
    const script = parseShell(new MappedText('f() { a; }\nb\nfunction g { c; }', 0));
    assert.deepEqual(
      script.commands.map(({ words }) => words[0]?.value),
      ['b'],
    );
    assert.deepEqual([...script.functions.keys()], ['f', 'g']);
  });

  it('takes here-documents for text', () => {
    const [command, ...rest] = parseShell(new MappedText('cat <<EOF > f\nnpm install\nEOF\n', 0)).commands;
    assert.equal(rest.length, 0);
    assert.equal(command?.redirects.find(({ body }) => body !== undefined)?.body?.text, 'npm install\n');
  });

  it('says what a command depends on', () => {
    const conditions = parseShell(
      new MappedText('if ! which a; then b; fi; [ -f x ] && c; d || e; case "$1" in run) f;; esac; g && h', 0),
    ).commands.map(({ words, condition }) => `${words[0]?.value}: ${condition ?? '-'}`);
    assert.deepEqual(conditions, [
      'which: -',
      'b: ! which a',
      '[: -',
      'c: [ -f x ]',
      'd: -',
      'e: d',
      'f: "$1" is run',
      'g: -',
      'h: -',
    ]);
  });

  it('points at the document for text in quotes', () => {
    const source = `sh -c "echo \\"a\\" && needle"`;
    const [command] = parseShell(new MappedText(source, 100)).commands;
    const inner = unwrapCommand(command?.words ?? []).shellText;
    assert.ok(inner);
    assert.equal(inner.text, 'echo "a" && needle');
    assert.equal(inner.sourceOffset(inner.text.indexOf('needle')), 100 + source.indexOf('needle'));
  });

  it('never throws, and keeps every range inside the text', () => {
    const piece = fc.constantFrom(
      'a',
      ' ',
      '"',
      "'",
      '$(',
      ')',
      '`',
      '<<E',
      '\n',
      'E\n',
      '|',
      '&&',
      ';',
      '{',
      '}',
      'if ',
      'then ',
      'fi',
      'case ',
      'esac',
      '${x:-',
      '\\',
      '#',
      '<(',
      '$((',
      '))',
      'do ',
      'done',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        const script = parseShell(new MappedText(text, 0));
        for (const { range, words } of [...script.commands, ...[...script.functions.values()].flat()]) {
          for (const { start, end } of [range, ...words.map((word) => word.range)]) {
            assert.ok(0 <= start && start <= end && end <= text.length, `${start}-${end} of ${text.length}`);
          }
          for (const word of words) assert.ok(word.text.sourceOffset(word.text.text.length) <= text.length + 1);
        }
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  it('survives deep nesting', () => {
    assert.ok(commandsOf(`${'( '.repeat(5000)}a${' )'.repeat(5000)}`).length <= 1);
    assert.ok(commandsOf(`${'$('.repeat(3000)}a${')'.repeat(3000)}`).length >= 0);
  });
});

describe('unwrapCommand', () => {
  for (const [text, expected] of [
    ['exec node x', 'node x'],
    ['sudo -u node -E A=b npm i', 'npm i'],
    ['env -u X A=b C=d npm i', 'npm i'],
    ['tini -s -- node x', 'node x'],
    ['dumb-init -- gosu node:node su-exec root npm i', 'npm i'],
    ['timeout -k 5 60 npm i', 'npm i'],
    ['nice -n 10 nohup npm i', 'npm i'],
    ['xargs -n 1 npm i -g', 'npm i -g'],
    ['command npm i', 'npm i'],
    ['command -v npm', 'command -v npm'],
    ['/usr/bin/env bash -euo pipefail -c "a b"', 'text: a b'],
    ['bash -lc "a b" name', 'text: a b'],
    ["su - node -c 'a b'", 'text: a b'],
    ['runuser -u node -- npm i', 'npm i'],
    ['su node --command="a b"', 'text: a b'],
    ['bash -eu start.sh arg', 'script: start.sh'],
    ['. ./lib.sh', 'script: ./lib.sh'],
    ['eval "a b"', 'text: a b'],
    ['sudo', 'sudo'],
  ] as const) {
    it(`finds what "${text}" runs`, () => assert.equal(unwrapped(text), expected));
  }
});
