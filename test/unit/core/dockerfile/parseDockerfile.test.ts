import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DockerfileParser } from 'dockerfile-ast';
import fc from 'fast-check';
import { type Dockerfile, parseDockerfile } from '../../../../src/core/dockerfile/parseDockerfile.ts';
import { stagesOf } from '../../../../src/core/dockerfile/stages.ts';
import type { TextRange } from '../../../../src/core/text/TextRange.ts';

/** Keyword and shell text of each instruction, blanks squeezed. */
function split(text: string): readonly string[] {
  return parseDockerfile(text).instructions.map(
    ({ keyword, body }) => `${keyword} ${body.text.replace(/[ \t]+/g, ' ').trimEnd()}`,
  );
}

describe('parseDockerfile', () => {
  it('splits instructions and puts keywords in capitals', () => {
    assert.deepEqual(split('from node:24\n\n  run echo hi  \nCmd ["x"]'), ['FROM node:24', 'RUN echo hi', 'CMD ["x"]']);
  });

  it('joins continued lines, past comments and empty lines', () => {
    assert.deepEqual(split('RUN a && \\\n  # why\n\n   b \\ \n && c\nCMD d\n'), ['RUN a && b && c', 'CMD d']);
  });

  it('keeps offsets true inside joined lines', () => {
    const text = 'RUN a && \\\n  # why\n   needle\n';
    const body = parseDockerfile(text).instructions[0]?.body;
    assert.equal(body?.sourceOffset(body.text.indexOf('needle')), text.indexOf('needle'));
  });

  it('takes a doubled escape character at a line end for text', () => {
    assert.deepEqual(split('RUN a \\\\\nCMD b\n'), ['RUN a \\\\', 'CMD b']);
  });

  it('follows the escape directive', () => {
    assert.deepEqual(split('# escape=`\nRUN a `\n  b\nRUN c \\\nCMD d'), ['RUN a b', 'RUN c \\', 'CMD d']);
  });

  it('takes an escape directive below a comment for a comment', () => {
    assert.deepEqual(split('# hello\n# escape=`\nRUN a \\\n b'), ['RUN a b']);
  });

  it('reads line ends of Windows and a byte order mark', () => {
    assert.deepEqual(split('\ufeffFROM node\r\nRUN a \\\r\n  b\r\n'), ['FROM node', 'RUN a b']);
  });

  it('keeps here-documents with their instruction', () => {
    const text = 'RUN <<EOF\napt-get update\nCMD x\nEOF\nCOPY <<-"A" <<B /to/\n\tone\n\tA\ntwo\nB\nCMD y\n';
    const { instructions } = parseDockerfile(text);
    assert.deepEqual(
      instructions.map(({ keyword }) => keyword),
      ['RUN', 'COPY', 'CMD'],
    );
    assert.deepEqual(
      instructions[1]?.heredocs.map(({ name, expands, stripsTabs, body }) => [
        name,
        expands,
        stripsTabs,
        text.slice(body.start, body.end),
      ]),
      [
        ['A', false, true, '\tone\n'],
        ['B', true, false, 'two\n'],
      ],
    );
  });

  it('takes a blank before the name of a here-document that is closed', () => {
    assert.deepEqual(split("RUN cat > /x << 'EOF'\nCMD a\nEOF\nCMD y"), ["RUN cat > /x << 'EOF'\nCMD a\nEOF", 'CMD y']);
    assert.deepEqual(split('RUN x << y\nCMD z'), ['RUN x << y', 'CMD z']);
  });

  it('takes << inside a quoted word or a shift for text', () => {
    assert.deepEqual(split('RUN echo "a <<EOF b"\nCMD x'), ['RUN echo "a <<EOF b"', 'CMD x']);
    assert.deepEqual(split('RUN echo $((1<<2))\nCMD x'), ['RUN echo $((1<<2))', 'CMD x']);
  });

  it('reads a here-document that is not closed to the end of the file', () => {
    assert.deepEqual(split('RUN <<EOF\na\nCMD x'), ['RUN <<EOF\na\nCMD x']);
  });

  it('reads flags in front of the arguments', () => {
    const copy = parseDockerfile('COPY --from=build --chown=node:node \\\n  --chmod=0755 a b\n').instructions[0];
    assert.deepEqual(
      copy?.flags.map(({ name, value }) => [name, value]),
      [
        ['from', 'build'],
        ['chown', 'node:node'],
        ['chmod', '0755'],
      ],
    );
    assert.deepEqual(
      copy?.words.map(({ value }) => value),
      ['a', 'b'],
    );
  });

  it('reads words in quotes', () => {
    const env = parseDockerfile('ENV A="x y" B=a\\ b C=\'$d\'\n').instructions[0];
    assert.deepEqual(
      env?.words.map(({ value }) => value),
      ['A=x y', 'B=a b', 'C=$d'],
    );
  });

  it('splits like dockerfile-ast whatever the lines are', () => {
    fc.assert(
      fc.property(dockerfiles, (text) => assert.deepEqual(starts(text), oracleStarts(text))),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('never throws, and keeps every range inside the text', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 8 })), { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        for (const instruction of parseDockerfile(text).instructions) {
          const { range, body, words, flags } = instruction;
          for (const { start, end } of [
            range,
            ...words.map((word) => word.range),
            ...flags.map((flag) => flag.range),
          ]) {
            assert.ok(0 <= start && start <= end && end <= text.length);
          }
          assert.ok(body.sourceOffset(body.text.length) <= text.length);
        }
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  it('reads an edited text as a new one, whatever the edits are', () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.constantFrom(0, 0, 0, 1, 5, 40),
      text: fc.oneof(pieces, line, fc.constantFrom('', 'a', '\nFROM a AS b\n', ' << EOF', '\nEOF\n')),
    });
    fc.assert(
      fc.property(dockerfiles, fc.array(edit, { minLength: 1, maxLength: 8 }), (original, edits) => {
        let text = original;
        let parsed = parseDockerfile(text);
        for (const { at, length, text: inserted } of edits) {
          const start = Math.round(at * text.length);
          text = text.slice(0, start) + inserted + text.slice(start + length);
          parsed = parseDockerfile(text, parsed);
          assert.deepEqual(everything(parsed), everything(parseDockerfile(text)), text);
        }
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  it('keeps the instructions and the stages that an edit does not touch', () => {
    const before = 'FROM a AS one\nRUN x\nFROM b\n# why\nRUN y\nFROM one\nRUN z\n';
    const first = parseDockerfile(before);
    const [one, two, three] = stagesOf(first);
    const second = parseDockerfile(before.replace('RUN y', 'RUN yy'), first);
    const [sameOne, otherTwo, sameThree] = stagesOf(second);
    assert.ok(one === sameOne && two !== otherTwo && three === sameThree);
    assert.equal(sameThree?.dockerfile, second);
    assert.equal(sameThree?.from.range.start, before.indexOf('FROM one') + 1);
    const [only] = stagesOf(parseDockerfile(second.text.slice(second.text.indexOf('FROM one')), second));
    assert.deepEqual([only?.index, only?.baseStage], [0, undefined]);
  });
});

function everything(dockerfile: Dockerfile): unknown {
  const plain = ({ start, end }: TextRange): readonly number[] => [start, end];
  return [
    dockerfile.escape,
    dockerfile.comments.map(plain),
    dockerfile.instructions.map(({ keyword, range, keywordRange, body, words, flags, heredocs }) => [
      keyword,
      plain(range),
      plain(keywordRange),
      body.text,
      body.sourceOffset(0),
      words.map((word) => [word.value, plain(word.range)]),
      flags.map((flag) => [flag.name, flag.value, plain(flag.range)]),
      heredocs.map((heredoc) => [heredoc.name, plain(heredoc.marker), plain(heredoc.body)]),
    ]),
  ];
}

const pieces = fc.constantFrom(
  'RUN ',
  'COPY ',
  'ADD ',
  'CMD ',
  'FROM ',
  '\\',
  '\\\n',
  '`',
  '\n',
  '\r\n',
  ' ',
  '\t',
  '#',
  '# escape=`\n',
  '<<EOF',
  '<<-"X"',
  'EOF\n',
  '"',
  "'",
  '[',
  ']',
  '--a=b ',
);

const line = fc.constantFrom(
  'FROM node:24',
  'RUN apt-get update',
  '  COPY . /app',
  'ENV A=b',
  '# a comment',
  '',
  '  ',
  'run x \\',
  'RUN a && \\',
  '  && b',
  '   # inside \\',
  'CMD ["a", "b"]',
  'LABEL a="b c" \\',
  'd="e"',
  'EXPOSE 80 \\  ',
  'ENTRYPOINT x',
  'WORKDIR /a',
  'ARG X',
  'RUN <<EOF',
  'EOF',
);
const dockerfiles = fc.array(line, { maxLength: 14 }).map((lines) => `FROM scratch\n${lines.join('\n')}\n`);

function starts(text: string): readonly string[] {
  return parseDockerfile(text).instructions.map(
    ({ keyword, range }) => `${text.slice(0, range.start).split('\n').length} ${keyword}`,
  );
}

function oracleStarts(text: string): readonly string[] {
  return DockerfileParser.parse(text)
    .getInstructions()
    .map((instruction) => `${instruction.getRange().start.line + 1} ${instruction.getKeyword()}`);
}
