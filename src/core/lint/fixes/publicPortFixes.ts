import type { ComposePort } from '../../compose/ComposeFile.ts';
import type { TextEdit } from '../../text/TextEdit.ts';
import type { Fix } from '../Problem.ts';

/** Publishes a port on the loopback of the VM, in the syntax that it is written in. */
export function publicPortFixes(path: string, text: string, port: ComposePort): readonly Fix[] {
  const written = text.slice(port.range.start, port.range.end);
  const isLong = /^[{&*]|\n|:\s/.test(written);
  const edit = isLong ? longSyntax(written, port) : shortSyntax(text, written, port);
  return edit === undefined ? [] : [{ title: 'Publish on 127.0.0.1 only', edits: [{ path, edits: [edit] }] }];
}

function shortSyntax(text: string, written: string, port: ComposePort): TextEdit | undefined {
  const start = port.range.start + (/^["']/.exec(written)?.[0] ?? '').length;
  if (port.hostAddress === '') {
    const hostPort = port.hostPort === '' ? `${port.containerPort}:` : '';
    return { range: { start, end: start }, newText: `127.0.0.1:${hostPort}` };
  }
  const at = text.indexOf(port.hostAddress, start);
  if (at === -1 || at > port.range.end || port.hostAddress.includes('$')) return undefined;
  const bracket = text[at - 1] === '[' ? 1 : 0;
  return { range: { start: at - bracket, end: at + port.hostAddress.length + bracket }, newText: '127.0.0.1' };
}

/** A block mapping gets a line of its own below its first key, one in braces gets one more entry. */
function longSyntax(written: string, port: ComposePort): TextEdit | undefined {
  if (written.startsWith('*') || written.startsWith('&')) return undefined;
  const { start } = port.range;
  const said = /(host_ip["']?[ \t]*:[ \t]*)("[^"]*"|'[^']*'|[^\s,}#]+)/.exec(written);
  if (said !== null) {
    const at = start + said.index + (said[1] ?? '').length;
    return { range: { start: at, end: at + (said[2] ?? '').length }, newText: '127.0.0.1' };
  }
  if (written.startsWith('{')) {
    const close = /\s*\}$/.exec(written);
    const at = start + (close?.index ?? 0);
    return close === null || written.includes('\n')
      ? undefined
      : { range: { start: at, end: at }, newText: ', host_ip: 127.0.0.1' };
  }
  const second = /\r?\n([ \t]+)[\w"']/.exec(written);
  if (second === null) return undefined;
  const at = start + second.index;
  const newline = written[second.index] === '\r' ? '\r\n' : '\n';
  return { range: { start: at, end: at }, newText: `${newline}${second[1] ?? ''}host_ip: 127.0.0.1` };
}
