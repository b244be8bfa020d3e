import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDockerfile } from '../../../../src/core/dockerfile/parseDockerfile.ts';
import { asDownload, downloadPrograms } from '../../../../src/core/lint/downloadInstalls.ts';
import { mayName, RunFilter } from '../../../../src/core/lint/RunFilter.ts';
import { type RunInstruction, runInstructions } from '../../../../src/core/lint/runScripts.ts';
import { unwrapCommand } from '../../../../src/core/shell/unwrapCommand.ts';
import { generateDockerfile, seededRandom } from '../../../bench/generateDockerfile.ts';

const mayDownload = new RunFilter(downloadPrograms);
const mayProbe = new RunFilter(['--version', '-v']);

function downloads(run: RunInstruction): boolean {
  return run.texts.some(({ commands }) => commands.some((command) => asDownload(command) !== undefined));
}

function probes(run: RunInstruction): boolean {
  return run.texts.some(({ commands }) =>
    commands.some(({ words }) => unwrapCommand(words).argv.some(({ value }) => /^(?:--version|-v)$/.test(value))),
  );
}

function runsOf(text: string): readonly RunInstruction[] {
  return runInstructions(parseDockerfile(text));
}

/** Letters of what is looked for between all that shells and Dockerfiles put words together with. */
const fragment = fc.constantFrom(
  ...['curl', 'cur', 'cu', 'rl', 'l', 'u', 'c', 'wget', 'w', 'get', '--version', '--', 'version', '-', 'v', 'ver'],
  ...['sion', 'tool ', ' https://x.io/a ', '/usr/bin/', ' ', ' ', '\\\n', '\\\r\n', '\n', '\\', '"', "'", '""', "''"],
  ...[
    '$A',
    `\${A}`,
    `\${B}`,
    '$B',
    `\${A:-cu}`,
    `\${C:-curl}`,
    '$N',
    `\${N}`,
    "$'",
    '\\x63',
    '\\u0063',
    '$(',
    ')',
    '`',
  ],
  ...[
    'sh -c "',
    "bash -lc '",
    'eval ',
    '; ',
    ' && ',
    ' | ',
    '[',
    ']',
    '["sh", "-c", "',
    '"]',
    'A=',
    'export B=',
    '{',
    '}',
  ],
  ...['f() { ', '"$@"', '\nEOF\n', '<<EOF\n', '# c\n', '\nRUN ', '\nENV A=', '\nARG B=', '\nENV C ', '\nFROM b AS c\n'],
);

describe('RunFilter', () => {
  it('leaves out no RUN that runs what is looked for, however it is spelled', () => {
    fc.assert(
      fc.property(fc.array(fragment, { minLength: 1, maxLength: 14 }), (parts) => {
        for (const run of runsOf(`FROM a\nENV A=cu N=\nARG B=rl\nRUN ${parts.join('')}\n`)) {
          if (downloads(run)) {
            assert.ok(mayDownload.covers(run), run.instruction.text);
            assert.ok(mayName(run, downloadPrograms.join('\n')), run.instruction.text);
          }
          if (probes(run)) assert.ok(mayProbe.covers(run), run.instruction.text);
        }
      }),
      { numRuns: 4000 },
    );
  });

  it('leaves out most of the RUNs that run nothing of it', () => {
    const random = seededRandom(3);
    const others = Array.from({ length: 100 }, () => runsOf(generateDockerfile(random)))
      .flat()
      .filter((run) => !/curl|wget/.test(run.instruction.text));
    assert.ok(others.length > 50);
    assert.deepEqual(
      others.filter((run) => mayDownload.covers(run)).map((run) => run.instruction.text),
      [],
    );
  });

  for (const [name, text] of Object.entries({
    'a plain name': 'RUN curl -O https://x.io/a',
    'a name with quotes in it': `RUN cu"rl" -O https://x.io/a`,
    'a name with an escape in it': 'RUN c\\url -O https://x.io/a',
    'a variable that holds the program': 'ENV FETCH=curl\nRUN $FETCH -O https://x.io/a',
    'a variable that is put together from others': `ENV A=cu\nENV FETCH="\${A}rl"\nRUN "$FETCH" -O https://x.io/a`,
    'two variables beside each other': `ENV A=cu B=rl\nRUN $A\${B} -O https://x.io/a`,
    'a default of a variable': `RUN \${FETCH:-curl} -O https://x.io/a`,
    'a shell in the shell': `RUN sh -c 'c"u"rl -O https://x.io/a'`,
    'a JSON form with an escape': 'RUN ["sh", "-c", "\\u0063url -O https://x.io/a"]',
    'a name that goes on in the next line of a here-document': 'RUN <<EOF\ncu\\\nrl -O https://x.io/a\nEOF',
  })) {
    it(`sees ${name}`, () => {
      const run = runsOf(`FROM a\n${text}\n`)[0];
      assert.ok(run !== undefined && downloads(run), 'the parser sees no download here');
      assert.ok(mayDownload.covers(run));
      assert.ok(mayName(run, 'tini\ncurl'));
    });
  }

  it('sees a name with digits and dots that a variable completes', () => {
    const [run] = runsOf('FROM a\nARG V=.12\nRUN apk add python3$V\n');
    assert.ok(run !== undefined && mayName(run, 'python3.12'));
  });

  it('leaves out a RUN whose variables hold something else', () => {
    const [run] = runsOf('FROM a\nENV A=1.2 B=/opt/app:$PATH\nRUN echo "$A" > "/etc/$B"\n');
    assert.ok(run !== undefined && !mayDownload.covers(run) && !mayName(run, 'curl\nwget'));
  });
});
