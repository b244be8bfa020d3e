import { type Document, type ParseOptions, parseDocument, type SchemaOptions } from 'yaml';

type Options = Pick<ParseOptions, 'uniqueKeys'> & SchemaOptions;

/** Parses a text that may be broken: what is wrong stands in `errors`. Throws where nesting would exhaust the stack. */
export function readYaml(text: string, options: Options = {}): Document.Parsed {
  if (isAbyss(text)) throw new RangeError('Too many collections inside each other.');
  const before = Error.stackTraceLimit;
  // A broken text may have an error for every character; their stack traces, which nobody reads, would take most of the time.
  Error.stackTraceLimit = 0;
  try {
    return parseDocument(text, { ...options, logLevel: 'silent', prettyErrors: false });
  } finally {
    Error.stackTraceLimit = before;
  }
}

/** Far more than anybody writes. The parser takes long before it gives up. */
const maxNesting = 500;
const nestedLists = '- '.repeat(maxNesting);

/** Collections are nested too deeply to go on. Brackets in strings count too: so many that nothing closes are in no real file. */
function isAbyss(text: string): boolean {
  // What is too short for so many is not looked at.
  if (text.length < maxNesting) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === openBracket || code === openBrace) {
      depth += 1;
      if (depth > maxNesting) return true;
    } else if (depth > 0 && (code === closeBracket || code === closeBrace)) depth -= 1;
  }
  return text.includes(nestedLists);
}

const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
