/**
 * The text that makes any login shell (bash, dash, zsh, fish, csh, busybox) run a POSIX `sh` script, whatever the script holds.
 * Login shells disagree on quoting: fish reads `\'` inside single quotes, csh reads `!` and line ends there. So every character that
 * one of them could read differently travels as an octal escape, which `sh` itself undoes; where there is none, it need not.
 */
export function loginShellCommand(script: string): string {
  if (/^[ -~]*$/.test(script) && !/['\\!]/.test(script)) return `exec sh -c '${script}'`;
  let encoded = '';
  for (const byte of Buffer.from(script, 'utf8')) {
    const character = String.fromCharCode(byte);
    encoded += /[A-Za-z0-9 _./:=,@+{}()[\]<>|&;*?#~^-]/.test(character)
      ? character
      : `\\0${byte.toString(8).padStart(3, '0')}`;
  }
  return `exec sh -c 'eval "$(printf %b "${encoded}")"'`;
}

/** One argument for a POSIX shell. */
export function quoteArgument(argument: string): string {
  if (argument.includes('\0')) throw new TypeError('An argument holds a NUL character.');
  return `'${argument.replaceAll("'", "'\\''")}'`;
}

/** A path for a POSIX shell: `~/…` is below the home folder, everything else is taken literally. */
export function quotePath(path: string): string {
  if (path === '~') return '"$HOME"';
  return path.startsWith('~/') ? `"$HOME"/${quoteArgument(path.slice(2))}` : quoteArgument(path);
}

/** The list as words for a POSIX shell. */
export function quoteArguments(argv: readonly string[]): string {
  return argv.map(quoteArgument).join(' ');
}

export interface ShellCommandOptions {
  readonly workingDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Printed alone on a line of stdout, and with the session's id on a line of stderr, just before the program starts. */
  readonly marker: string;
}

/** A POSIX script that announces itself and becomes `argv`. What comes before the marker was printed by the login shell. */
export function announcedScript(argv: readonly string[], options: ShellCommandOptions): string {
  const lines = [
    's=$$',
    // Field 6 of stat(5) in proc: the session, which sshd makes for each command, and which holds all the command's children.
    'if [ -r /proc/$$/stat ]; then read -r _ _ _ _ _ s _ < /proc/$$/stat; fi',
    `printf '%s\\n' ${options.marker}`,
    `printf '%s %s\\n' ${options.marker} "$s" >&2`,
  ];
  if (options.workingDirectory !== undefined) lines.push(`cd -- ${quotePath(options.workingDirectory)} || exit 1`);
  for (const [name, value] of Object.entries(options.environment ?? {})) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new TypeError(`"${name}" is not the name of a variable.`);
    lines.push(`export ${name}=${quoteArgument(value)}`);
  }
  lines.push(`exec ${quoteArguments(argv)}`);
  return lines.join('\n');
}

/** A POSIX script that sends a signal to every process of a session; without /proc, to its process group. */
export function signalSessionScript(sessionId: string, signal: 'TERM' | 'KILL'): string {
  if (!/^[0-9]+$/.test(sessionId)) throw new TypeError('A session id is a number.');
  return [
    `if [ -r /proc/$$/stat ]; then for f in /proc/[0-9]*/stat; do`,
    // The command name before the last ")" can hold anything; state, parent, group and session come after it.
    `  { read -r l < "$f"; } 2>/dev/null || continue; set -- \${l##*)}; p=\${f#/proc/}`,
    `  if [ "$4" = ${sessionId} ]; then kill -s ${signal} "\${p%/stat}" 2>/dev/null; fi`,
    `done; else kill -s ${signal} -- -${sessionId} 2>/dev/null; fi; exit 0`,
  ].join('\n');
}
