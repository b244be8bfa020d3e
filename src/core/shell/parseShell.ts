import { parse } from 'unbash';
import type { MappedText } from '../text/MappedText.ts';
import { flattenScript } from './flattenScript.ts';
import type { ShellScript } from './ShellScript.ts';

/** Parses shell text as bash does, which for what commands are is a superset of POSIX `sh`. */
export function parseShell(source: MappedText): ShellScript {
  return source.remember(parseText);
}

function parseText(source: MappedText): ShellScript {
  return flattenScript(parse(source.text), source);
}
