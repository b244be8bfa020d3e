import { parse } from 'unbash';
import type { MappedText } from '../text/MappedText.ts';
import { flattenScript } from './flattenScript.ts';
import type { ShellScript } from './ShellScript.ts';

/** Parses shell text as bash does, which for what commands are is a superset of POSIX `sh`. */
export function parseShell(source: MappedText): ShellScript {
  return source.remember(parseText);
}

function parseText(source: MappedText): ShellScript {
  return flattenScript(parse(withoutAbyss(withUnixLines(source.text))), source);
}

/** As long as before: images mostly turn the line ends of Windows into others before they run a script. */
function withUnixLines(text: string): string {
  return text.includes('\r\n') ? text.replace(/\\\r\n/g, ' \\\n').replace(/\r\n/g, '\n\n') : text;
}

/** Far more substitutions inside each other than anybody writes; the parser's time grows with the square of their number. */
const maxNesting = 100;

/** The text up to where substitutions are nested too deeply to go on. */
function withoutAbyss(text: string): string {
  let depth = 0;
  let at = text.indexOf('$(');
  // What is too short for so many is not looked at.
  if (at === -1 || text.length - at < 2 * maxNesting) return text;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === openParenthesis && text.charCodeAt(at - 1) === dollar) {
      depth += 1;
      if (depth > maxNesting) return text.slice(0, at - 1);
    } else if (code === closeParenthesis && depth > 0) {
      depth -= 1;
    }
  }
  return text;
}

const dollar = 0x24;
const openParenthesis = 0x28;
const closeParenthesis = 0x29;
