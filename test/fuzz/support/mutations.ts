import fc from 'fast-check';

/** One way to break a text. `at`, `length` and `from` are shares of a text's length. */
interface Mutation {
  readonly kind: (typeof kinds)[number];
  readonly at: number;
  readonly length: number;
  readonly from: number;
  readonly piece: string;
  readonly count: number;
}

const kinds = ['cut', 'drop', 'splice', 'double', 'repeat', 'insert', 'swap', 'crlf', 'bom'] as const;

/** What parsers stumble over: openers without an end, odd characters, what looks like another language. */
const pieces = [
  ...[
    '$(',
    '${',
    '$((',
    '`',
    '"',
    "'",
    '\\',
    '\\\n',
    '\\\r\n',
    '<<EOF',
    "<<-'EOF'\n",
    '\nEOF\n',
    '<<<',
    '<(',
    ')',
    '}',
  ],
  ...[
    '&&',
    '||',
    ';',
    ';;',
    '|',
    '&',
    '>',
    '2>&1',
    '#',
    ' # ',
    '\n# escape=`\n',
    '\n#',
    'if ',
    ' then ',
    'fi',
    'case x in ',
  ],
  ...['\0', '\ufeff', '\ud800', '\udc00', '\u2028', '\u00a0', '\r', '\t', '\n', '\n\n', '😀', '“', 'ı', 'İ', 'ß'],
  ...[
    '\nFROM ',
    '\nRUN ',
    '\nCMD [',
    '\nENTRYPOINT ["',
    '\nCOPY --from=',
    '\nONBUILD ',
    '\nSHELL []',
    '\nUSER ',
    ' AS ',
  ],
  ...[
    '[',
    '{',
    ': ',
    '- ',
    '&a ',
    '*a',
    '<<: *a',
    '|\n',
    '>-\n',
    '? ',
    '!override ',
    '!!binary ',
    '---\n',
    '%YAML 9\n',
    '*****',
  ],
  ...[
    '$',
    '$$',
    '${A:-',
    '${A:?',
    '%',
    '--',
    '-c',
    'sh -c ',
    'eval ',
    'exec ',
    'npm i -g ',
    'apt-get install -y ',
    'curl -L ',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty: ',
    'openclaw-vm ignore=',
    '# openclaw-vm: gog 1\n',
    '../../',
    '/',
  ],
];

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...kinds),
  at: share(),
  length: fc.oneof({ weight: 4, arbitrary: share().map((value) => value / 20) }, { weight: 1, arbitrary: share() }),
  from: share(),
  piece: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: fc.string() }),
  count: fc.oneof(
    { weight: 40, arbitrary: fc.constant(1) },
    { weight: 8, arbitrary: fc.integer({ min: 2, max: 20 }) },
    { weight: 1, arbitrary: fc.integer({ min: 20, max: 3000 }) },
  ),
});

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(mutation, { minLength: 1, maxLength: 5 });

/** Text of nothing but what parsers stumble over. */
export const nonsense: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...pieces, ' ', 'a', 'node', '\n', '  '), { maxLength: 40 })
  .map((words) => words.join(''));

/** `other` gives the foreign pieces for splices. */
export function mutate(original: string, other: string, steps: readonly Mutation[]): string {
  return steps.reduce((text, step) => apply(text, other, step), original);
}

function apply(text: string, other: string, { kind, at, length, from, piece, count }: Mutation): string {
  const start = Math.floor(at * text.length);
  const end = Math.min(text.length, start + Math.ceil(length * text.length));
  const [before, middle, after] = [text.slice(0, start), text.slice(start, end), text.slice(end)];
  switch (kind) {
    case 'cut':
      return before;
    case 'drop':
      return before + after;
    case 'splice': {
      const there = Math.floor(from * other.length);
      return before + other.slice(there, there + Math.ceil(length * other.length)) + after;
    }
    case 'double':
      return doubleLine(text, start);
    case 'repeat':
      return before + middle.repeat(Math.max(1, Math.min(count, Math.floor(50_000 / (middle.length + 1))))) + after;
    case 'insert':
      return before + piece.repeat(count) + text.slice(start);
    case 'swap':
      return before + after.slice(0, middle.length) + middle + after.slice(middle.length);
    case 'crlf':
      return text.replaceAll('\n', '\r\n');
    case 'bom':
      return `\ufeff${text}`;
  }
}

function doubleLine(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const newline = text.indexOf('\n', at);
  const end = newline === -1 ? text.length : newline + 1;
  return text.slice(0, end) + text.slice(start);
}

function share(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
}
