import { parse } from 'unbash';
import type { MappedText } from '../text/MappedText.ts';
import { flattenScript } from './flattenScript.ts';
import type { ShellScript } from './ShellScript.ts';

const known = new WeakMap<MappedText, ShellScript>();

/** Parses shell text as bash does, which for what commands are is a superset of POSIX `sh`. */
export function parseShell(source: MappedText): ShellScript {
  let script = known.get(source);
  if (script === undefined) {
    script = flattenScript(parse(source.text), source);
    known.set(source, script);
  }
  return script;
}
