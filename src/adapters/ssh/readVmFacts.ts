import type { CommandRunner } from '../../application/ports/CommandRunner.ts';
import type { MachineFacts } from '../../application/ports/Machine.ts';

// "df -P" is one line for each file system, in blocks of 1024 bytes (POSIX).
const SCRIPT = `
d=/var/lib/docker
[ -d "$d" ] || d=/
df -P "$d" 2>/dev/null | tail -n 1
cat /proc/loadavg 2>/dev/null || uptime
date +%s
`;

/** Disk, load and clock of a VM, with one command. */
export async function readVmFacts(commands: CommandRunner, signal?: AbortSignal): Promise<MachineFacts> {
  const command = commands.run(['sh', '-c', SCRIPT], signal === undefined ? {} : { signal });
  const lines: string[] = [];
  for await (const { stream, text } of command.lines) if (stream === 'stdout') lines.push(text);
  await command.exit;
  return parseVmFacts(lines, Date.now());
}

/** The three lines of the script; what is missing or strange is left out. */
export function parseVmFacts(lines: readonly string[], nowMs: number): MachineFacts {
  const [disk = '', load = '', clock = ''] = lines;
  const [, blocks, , free] = disk.trim().split(/\s+/);
  const diskBytes = kibibytes(blocks);
  const freeDiskBytes = kibibytes(free);
  const average = /^(\d+\.\d+) /.exec(load)?.[1] ?? /load averages?: (\d+[.,]\d+)/.exec(load)?.[1]?.replace(',', '.');
  const seconds = /^\d{9,}$/.test(clock.trim()) ? Number(clock) : undefined;
  return {
    ...(diskBytes === undefined ? {} : { diskBytes }),
    ...(freeDiskBytes === undefined ? {} : { freeDiskBytes }),
    ...(average === undefined ? {} : { load: Number(average) }),
    ...(seconds === undefined ? {} : { clockAheadS: seconds - Math.floor(nowMs / 1000) }),
  };
}

function kibibytes(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) * 1024 : undefined;
}
