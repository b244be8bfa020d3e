import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { packFolder } from '../../src/adapters/files/packFolder.ts';
import type { CommandExit, RunOptions } from '../../src/application/ports/CommandRunner.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import { connectTestHost } from '../support/connectTestHost.ts';
import { type TestHost, withTestHosts } from '../support/hosts/testHosts.ts';

/* Whatever shell a person has on the VM: the product runs programs, writes files and opens terminals there alike. */

const hosts = withTestHosts(['vm1'], { images: ['node'] });
const folder = mkdtempSync(join(tmpdir(), 'login-shells-'));
let host: TestHost;

before(async () => {
  await hosts.up();
  host = hosts.get('vm1');
  await host.run(['docker', 'create', '--name', 'listed', 'node:24-bookworm-slim', 'true']);
  // As on Alpine: BusyBox is the shell and all the tools.
  await host.console(['sh', '-c', 'mkdir /opt/busybox && busybox --install -s /opt/busybox']);
});
after(async () => {
  await hosts.down();
  rmSync(folder, { recursive: true });
});

const canary = '/tmp/canary';

/** Arguments that one shell or another would read as something else. */
const nasty = [
  `;$( )'"`,
  `'; touch ${canary}; '`,
  `"; touch ${canary}; "`,
  `$(touch ${canary})`,
  `\`touch ${canary}\``,
  `(touch ${canary})`,
  `; and touch ${canary}`,
  `%(touch ${canary})`,
  `<(touch ${canary})`,
  `=touch`,
  'two\nlines\n',
  '\t',
  '!!',
  '!-1:p',
  '~',
  '~root',
  '*',
  '/etc/*',
  '?',
  '[a-z]',
  '{a,b}',
  '^a^b',
  '#',
  '%1',
  '%s\\n',
  '\\',
  "\\'",
  'a\\',
  '$HOME',
  '$status',
  '"$@"',
  '&',
  '>x',
  '|',
  '-n',
  '--',
  '-',
  '',
  ' ',
  ' a  b ',
  'ünïcödé 😀 \u202e',
  '\u001b[31m',
];

interface Ran {
  readonly exit: CommandExit;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(machine: Machine, argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const command = machine.commands.run(argv, options);
  const lines: Record<'stdout' | 'stderr', string[]> = { stdout: [], stderr: [] };
  for await (const { stream, text } of command.lines) lines[stream].push(text);
  return { exit: await command.exit, stdout: lines.stdout.join('\n'), stderr: lines.stderr.join('\n') };
}

interface LoginShell {
  readonly name: string;
  readonly path: string;
  /** Settings of sshd for the time. */
  readonly sshd?: string;
  /** Run as root before. */
  readonly prepare?: string;
  /** Run as root after. */
  readonly restore?: string;
}

const greeting = 'echo "Welcome, $USER: it is $(date)"; printf "Change your password soon: " >&2; printf "no line end"';

const shells: readonly LoginShell[] = [
  { name: 'bash', path: '/bin/bash' },
  { name: 'dash', path: '/bin/dash' },
  { name: 'fish', path: '/usr/bin/fish' },
  // Without a file of their own, zsh asks new users for one.
  {
    name: 'zsh',
    path: '/usr/bin/zsh',
    prepare: 'touch ~deploy/.zshrc',
    restore: 'rm ~deploy/.zshrc',
  },
  {
    name: "busybox sh with busybox's tools alone",
    path: '/opt/busybox/ash',
    sshd: 'SetEnv PATH=/opt/busybox:/usr/local/busybox-has-no-docker',
  },
  {
    name: 'bash that greets',
    path: '/bin/bash',
    prepare: `cp -p ~deploy/.bashrc ~deploy/.bashrc.old; { echo '${greeting}'; cat ~deploy/.bashrc.old; } > ~deploy/.bashrc`,
    restore: 'mv ~deploy/.bashrc.old ~deploy/.bashrc',
  },
  {
    name: 'fish that greets and has abbreviations, functions and aliases of the tools',
    path: '/usr/bin/fish',
    prepare: [
      'd=~deploy/.config/fish; mkdir -p $d',
      `printf '%s\\n' 'echo Welcome to fish' 'echo Careful >&2' 'alias sh="echo not sh"' 'function printf; echo not printf; end' 'function eval; echo not eval; end' > $d/config.fish`,
      'chown -R deploy: ~deploy/.config',
    ].join('; '),
    restore: 'rm -r ~deploy/.config',
  },
  {
    name: 'zsh with aliases, globbing that fails and a greeting',
    path: '/usr/bin/zsh',
    prepare: `printf '%s\\n' 'echo Welcome to zsh' 'setopt extendedglob nomatch shwordsplit' 'alias -g G="| grep"' 'alias printf="echo not printf"' > ~deploy/.zshenv`,
    restore: 'rm ~deploy/.zshenv',
  },
];

async function applySshd(lines: string | undefined): Promise<void> {
  const file = '/etc/ssh/sshd_config.d/00-suite.conf';
  if (lines === undefined) await host.console(['rm', '-f', file]);
  else await host.console(['sh', '-c', 'printf "%s\\n" "$1" > "$2"', 'sh', lines, file]);
  await host.killSshd();
  await host.startSshd();
}

for (const shell of shells) {
  describe(`a login shell that is ${shell.name}`, () => {
    let machine: Machine;
    before(async () => {
      await host.console(['usermod', '--shell', shell.path, 'deploy']);
      if (shell.prepare !== undefined) await host.console(['bash', '-c', shell.prepare]);
      if (shell.sshd !== undefined) await applySshd(shell.sshd);
      machine = await connectTestHost(host, 'deploy');
    });
    after(async () => {
      await machine?.close();
      if (shell.restore !== undefined) await host.console(['bash', '-c', shell.restore]);
      if (shell.sshd !== undefined) await applySshd(undefined);
      await host.console(['usermod', '--shell', '/bin/bash', 'deploy']);
    });

    it('lets the engine be reached', async () => {
      assert.deepEqual(
        (await machine.engine.listContainers()).map(({ name }) => name),
        ['listed'],
      );
      assert.equal(typeof (await machine.facts()).load, 'number');
    });

    it('passes every argument, variable and folder as given, and runs nothing of them', async () => {
      const { stdout, exit } = await run(machine, ['printf', '%s\\0', ...nasty]);
      assert.deepEqual(stdout.split('\0').slice(0, -1), nasty);
      assert.deepEqual(exit, { code: 0, signal: undefined });

      const environment = Object.fromEntries(nasty.map((value, index) => [`NASTY_${index}`, value]));
      const names = Object.keys(environment).map((name) => `"$${name}"`);
      const seen = await run(machine, ['sh', '-c', `printf '%s\\0' ${names.join(' ')}`], { environment });
      assert.deepEqual(seen.stdout.split('\0').slice(0, -1), nasty);

      const workingDirectory = `/home/deploy/;$( )'" $(touch ${canary.slice(1)})/~`;
      await run(machine, ['mkdir', '-p', workingDirectory]);
      assert.equal((await run(machine, ['pwd'], { workingDirectory })).stdout, workingDirectory);
      await assert.rejects(host.console(['ls', canary]), /No such file/);
    });

    it('gives exit codes, signals and both streams, and nothing of its own', async () => {
      const both = await run(machine, ['sh', '-c', 'echo out; echo err >&2; exit 7']);
      assert.deepEqual(both, { exit: { code: 7, signal: undefined }, stdout: 'out', stderr: 'err' });
      assert.deepEqual((await run(machine, ['sh', '-c', 'kill -TERM $$'])).exit, {
        code: undefined,
        signal: 'SIGTERM',
      });
      assert.equal((await run(machine, ['no-such-program'])).exit.code, 127);
      const missing = await run(machine, ['true'], { workingDirectory: '/no/such/folder' });
      assert.equal(missing.exit.code, 1);
      assert.match(missing.stderr, /no\/such\/folder/);
    });

    it('passes stdin on, byte for byte', async () => {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256);
      const { stdout } = await run(machine, ['sh', '-c', 'sha256sum; exit'], {
        stdin: (async function* () {
          yield bytes;
        })(),
      });
      assert.equal(stdout, `${createHash('sha256').update(bytes).digest('hex')}  -`);
    });

    it('lets a program be cancelled with all that it started', async () => {
      const abort = new AbortController();
      const command = machine.commands.run(['sh', '-c', 'sleep 7121 & sleep 7121 & echo started; wait'], {
        signal: abort.signal,
      });
      for await (const { text } of command.lines) {
        assert.equal(text, 'started');
        abort.abort(new Error('enough'));
      }
      await assert.rejects(command.exit, /enough/);
      assert.equal((await host.ssh(['pgrep', '--full', 'sleep 7121'])).stdout, '');
    });

    it('lets files be written, replaced, read, listed and sent', async () => {
      const path = `~/files ;$( )'"/-n *.env`;
      const text = `${nasty.join('\n')}\n`;
      await machine.files.writeText(path, 'before', 0o644);
      await machine.files.writeText(path, text, 0o600);
      assert.equal(await machine.files.readText(path), text);
      assert.deepEqual(await machine.files.list(`~/files ;$( )'"`), ['-n *.env']);
      const where = `/home/deploy/files ;$( )'"/-n *.env`;
      assert.equal(await host.console(['stat', '--format', '%a %U', where]), '600 deploy\n');

      const project = mkdtempSync(join(folder, 'project-'));
      writeFileSync(join(project, `a ;$( )'" \n b`), 'sent');
      writeFileSync(join(project, 'compose.yaml'), 'services: {}\n');
      await machine.files.unpackFolder(`~/files ;$( )'"`, packFolder(project));
      assert.deepEqual(
        [...((await machine.files.list(`~/files ;$( )'"`)) ?? [])].sort(),
        ['-n *.env', `a ;$( )'" \n b`, 'compose.yaml'].sort(),
      );
      await host.console(['rm', '-r', `/home/deploy/files ;$( )'"`]);
      await assert.rejects(host.console(['ls', canary]), /No such file/);
    });

    it('is what a terminal opens, with its size and exit code', async () => {
      const terminal = await machine.openShell?.({ columns: 91, rows: 33 });
      assert.ok(terminal);
      let shown = '';
      const reading = (async () => {
        for await (const bytes of terminal.output) {
          const text = Buffer.from(bytes).toString('utf8');
          // A shell may ask the terminal what it is, and wait; this is what xterm answers.
          if (text.includes('\u001b[c') || text.includes('\u001b[0c')) terminal.write('\u001b[?62;c');
          shown += text;
        }
      })();
      terminal.write('stty size; exit 3\n');
      await reading;
      assert.match(shown, /33 91/);
      assert.deepEqual(await terminal.exit, { code: 3, signal: undefined });
    });
  });
}

describe('a login', () => {
  it('whose password has expired is told in the words of the machine, with what to do', async () => {
    await host.console(['sh', '-c', 'echo deploy:once | chpasswd && chage --lastday 0 deploy']);
    try {
      await assert.rejects(connectTestHost(host, 'deploy'), (error: Error & { remedy?: string }) => {
        assert.match(error.message, /password/i);
        assert.match(error.remedy ?? '', /password|passwd/i);
        return true;
      });
    } finally {
      await host.console(['chage', '--lastday', '-1', 'deploy']);
    }
  });
  it('whose shell lets nobody in is told in its words', async () => {
    await host.console(['usermod', '--shell', '/usr/sbin/nologin', 'deploy']);
    try {
      await assert.rejects(connectTestHost(host, 'deploy'), /This account is currently not available/);
    } finally {
      await host.console(['usermod', '--shell', '/bin/bash', 'deploy']);
    }
  });
});
