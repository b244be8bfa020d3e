import { type Document, type ParseOptions, parseDocument, type SchemaOptions } from 'yaml';

type Options = Pick<ParseOptions, 'uniqueKeys'> & SchemaOptions;

/** Parses a text that may be broken: what is wrong stands in `errors`. Throws where nesting exhausts the stack. */
export function readYaml(text: string, options: Options = {}): Document.Parsed {
  const before = Error.stackTraceLimit;
  // A broken text may have an error for every character; their stack traces, which nobody reads, would take most of the time.
  Error.stackTraceLimit = 0;
  try {
    return parseDocument(text, { ...options, logLevel: 'silent', prettyErrors: false });
  } finally {
    Error.stackTraceLimit = before;
  }
}
