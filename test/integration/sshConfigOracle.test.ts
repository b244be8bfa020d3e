import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { judgeRoute } from '../../src/adapters/ssh/judgeRoute.ts';
import { listSshConfigHosts } from '../../src/adapters/ssh/listSshConfigHosts.ts';
import { readSshConfig } from '../../src/adapters/ssh/readSshConfig.ts';
import type { SshRoute } from '../../src/core/vm/resolveSshRoute.ts';

/* What we read from an SSH config, against what `ssh -G` reads from the same file. */

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'ssh-config-'));
after(() => rmSync(folder, { recursive: true }));

const SEED = Number(process.env['OPENCLAW_VM_FUZZ_SEED'] ?? 1);
const CONFIGS = 120;
const ROUNDS = 6;

type Choose = <Value>(values: readonly [Value, ...Value[]]) => Value;

const NAMES = ['alpha', 'beta', 'vm1.example.com', '10.0.0.7', 'Gamma'] as const;
const PATTERNS = ['alpha', 'beta', '*', 'vm?.example.com', '10.0.*', 'gamma', 'Gamma', '*.com', 'al*', '?eta'] as const;
const USERS = ['root', 'deploy', 'al*', '*', userInfo().username, 'nobody'] as const;

// Each says in a file that it was run, and with what.
const COMMANDS = [
  'echo 1 %n %h %p %r >>$RUNS; test %h = alpha',
  'echo 2 %k %u %i %d >>$RUNS; exit 3',
  'echo 3 %l %L %% >>$RUNS',
  "echo 4 '%n' >>$RUNS; test -n '%r' && test %p = 22",
] as const;

function directive(choose: Choose): string {
  const name = choose([
    'HostName vm1.example.com',
    'HostName 10.0.0.7',
    'HostName %h.example.com',
    'HostName Alpha',
    'User root',
    'User deploy',
    'User "alice"',
    'Port 2222',
    'Port=2200',
    'IdentityFile key1',
    'IdentityFile "key two"',
    'identityfile = key3',
    'CertificateFile cert1',
    'CertificateFile cert2',
    'IdentitiesOnly yes',
    'ProxyJump jump1',
    'ProxyJump root@jump2:2222,jump3',
    'ProxyJump none',
    'ProxyCommand nc %h %p',
    'ProxyCommand none',
    'HostKeyAlias the-vm',
    'StrictHostKeyChecking yes',
    'StrictHostKeyChecking accept-new',
    'StrictHostKeyChecking no',
    'UserKnownHostsFile known1 known2',
    'UserKnownHostsFile known3',
    'HashKnownHosts yes',
    'ConnectTimeout 7',
    'ConnectTimeout 1m',
    'ServerAliveInterval 9',
    'ServerAliveCountMax 4',
    'CanonicalizeHostname yes',
    'CanonicalizeHostname no',
    'AddressFamily inet6',
    'BindAddress 10.0.0.2',
    'ConnectionAttempts 4',
    'NumberOfPasswordPrompts 2',
    'BatchMode yes',
    'RevokedHostKeys revoked-%h',
    'PubkeyAcceptedAlgorithms +ssh-rsa',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PubkeyAuthentication no',
    '# User comment',
  ]);
  return `  ${name}\n`;
}

const negated = (choose: Choose, text: string): string => (choose([0, 0, 0, 1]) === 1 ? `!${text}` : text);

function header(choose: Choose): string {
  const patterns = (from: readonly [string, ...string[]], separator: string): string =>
    Array.from({ length: choose([1, 1, 2, 3]) }, () => negated(choose, choose(from))).join(separator);
  if (choose([0, 1]) === 0) return `Host ${patterns(PATTERNS, ' ')}\n`;
  if (choose([0, 0, 0, 0, 1]) === 1)
    return choose(['Match all\n', 'Match final all\n', 'Match canonical all\n', 'match !final\n']);
  const criteria = Array.from({ length: choose([1, 1, 2, 3]) }, () => {
    const criterion = choose(['host', 'originalhost', 'user', 'localuser', 'final', 'canonical', 'Host', 'exec']);
    const name = negated(choose, criterion);
    if (criterion === 'exec') return `${name}${choose([' ', '='])}"${choose(COMMANDS)}"`;
    if (criterion === 'final' || criterion === 'canonical') return name;
    const from = criterion === 'user' || criterion === 'localuser' ? USERS : PATTERNS;
    const list = patterns(from, ',');
    return `${name}${choose([' ', ' ', '='])}${choose([0, 0, 1]) === 1 ? `"${list}"` : list}`;
  });
  return `Match ${criteria.join(' ')}\n`;
}

function config(choose: Choose, include: string | undefined): string {
  let text = '';
  for (let blocks = choose([1, 2, 3, 5, 8]); blocks > 0; blocks -= 1) {
    if (text !== '' || choose([0, 1]) === 1) text += header(choose);
    for (let lines = choose([1, 2, 3, 5]); lines > 0; lines -= 1) text += directive(choose);
    if (include !== undefined && choose([0, 0, 1]) === 1) text += `  Include ${include}\n`;
  }
  return text;
}

/** What `ssh -G` prints, by the name of the directive. */
async function readBySsh(
  file: string,
  host: string,
  user: string | undefined,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { stdout } = await run('ssh', ['-G', '-F', file, ...(user === undefined ? [] : ['-l', user]), host]);
  const found = new Map<string, string[]>();
  for (const line of stdout.split('\n')) {
    const [, name, value] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) found.set(name, [...(found.get(name) ?? []), value]);
  }
  return found;
}

/** Ours, in the words of `ssh -G`; only what the config says. */
function spoken(route: SshRoute): Record<string, readonly string[]> {
  const one = (value: string | number | undefined): readonly string[] => (value === undefined ? [] : [String(value)]);
  const seconds = (ms: number | undefined): readonly string[] => one(ms === undefined ? undefined : ms / 1000);
  return {
    // ssh writes names in small letters; to the name service they are the same.
    hostname: [route.host.toLowerCase()],
    user: [route.user],
    port: [String(route.port)],
    identityfile: route.identityFiles,
    certificatefile: route.certificateFiles,
    identitiesonly: [route.identitiesOnly ? 'yes' : 'no'],
    proxyjump: route.proxyJump.length === 0 ? [] : [route.proxyJump.join(',')],
    proxycommand: one(route.proxyCommand),
    hostkeyalias: one(route.hostKeyAlias),
    hashknownhosts: [route.hashKnownHosts ? 'yes' : 'no'],
    userknownhostsfile: route.userKnownHostsFiles === undefined ? [] : [route.userKnownHostsFiles.join(' ')],
    connecttimeout: seconds(route.connectTimeoutMs),
    addressfamily: [route.addressFamily === 6 ? 'inet6' : 'any'],
    bindaddress: one(route.bindAddress),
    connectionattempts: [String(route.connectionAttempts ?? 1)],
    numberofpasswordprompts: [String(route.login.maxPrompts)],
    batchmode: [route.login.isSilent ? 'yes' : 'no'],
    revokedhostkeys: route.revokedKeyFiles ?? [],
    passwordauthentication: [route.login.methods.includes('password') ? 'yes' : 'no'],
    kbdinteractiveauthentication: [route.login.methods.includes('keyboard-interactive') ? 'yes' : 'no'],
    pubkeyauthentication: [route.login.methods.includes('publickey') ? 'true' : 'false'],
    serveraliveinterval: seconds(route.serverAliveIntervalMs),
    serveralivecountmax: one(route.serverAliveCount),
    stricthostkeychecking: [route.strictHostKeyChecking],
  };
}

function expected(name: string, values: readonly string[] | undefined, route: SshRoute): readonly string[] {
  const found = values ?? [];
  switch (name) {
    case 'identityfile':
      // The default keys.
      return found.every((file) => file.startsWith('~/.ssh/id_')) ? [] : found;
    case 'userknownhostsfile':
      return route.userKnownHostsFiles === undefined ? [] : found;
    case 'connecttimeout':
      return found[0] === 'none' ? [] : found;
    case 'serveraliveinterval':
      // With BatchMode, Debian's ssh has another default.
      return route.serverAliveIntervalMs === undefined && ['0', '300'].includes(found[0] ?? '') ? [] : found;
    case 'serveralivecountmax':
      return route.serverAliveCount === undefined && found[0] === '3' ? [] : found;
    case 'stricthostkeychecking':
      // "no" means "accept-new" here.
      return [found[0] === 'true' ? 'yes' : found[0] === 'false' ? 'accept-new' : (found[0] ?? '')];
    case 'revokedhostkeys':
      return found.map((value) => value.replace('%h', route.host));
    case 'proxycommand':
      // ssh puts the tokens in when it runs the command.
      return found.map((value) => value.replace('%h', route.host).replace('%p', String(route.port)));
    default:
      return found;
  }
}

/** Also what `Match exec` has run meanwhile, each command once. */
async function commandsOf<Result>(action: () => Promise<Result>): Promise<readonly [Result, readonly string[]]> {
  const runs = join(folder, 'runs');
  rmSync(runs, { force: true });
  process.env['RUNS'] = runs;
  const result = await action();
  return [result, existsSync(runs) ? [...new Set(readFileSync(runs, 'utf8').trim().split('\n'))].sort() : []];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('an SSH config', () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    it(`is read as ssh reads it, seed ${SEED}, round ${round}`, async () => {
      const random = randomOf(SEED * 1000 + round);
      const choose: Choose = (values) => values[Math.floor(random() * values.length)] ?? values[0];
      for (let index = 0; index < CONFIGS / ROUNDS; index += 1) {
        const included = join(folder, `included-${round}-${index}`);
        const file = join(folder, `config-${round}-${index}`);
        writeFileSync(included, config(choose, undefined));
        writeFileSync(file, config(choose, included));
        const context = await readSshConfig({ user: file, system: join(folder, 'none') });
        for (const host of [choose(NAMES), choose(NAMES)]) {
          const user = choose([undefined, undefined, 'deploy']);
          const request = { host, ...(user === undefined ? {} : { user }) };
          const [route, ran] = await commandsOf(() => judgeRoute(request, context, { log: () => {} }, undefined));
          const [bySsh, ranBySsh] = await commandsOf(() => readBySsh(file, host, user));
          // ssh also runs those of a file that is included where nothing applies.
          const expectedRuns = /Include/.test(readFileSync(file, 'utf8'))
            ? ranBySsh.filter((line) => ran.includes(line))
            : ranBySsh;
          assert.deepEqual(ran, expectedRuns, `commands for ${user ?? ''}@${host} in ${file}`);
          for (const [name, ours] of Object.entries(spoken(route))) {
            assert.deepEqual(
              ours,
              expected(name, bySsh.get(name), route),
              `${name} of ${user ?? ''}@${host} in ${file}`,
            );
          }
        }
      }
    });
  }
});

describe('the command of a "Match exec"', () => {
  const file = join(folder, 'exec');
  const out = join(folder, 'out');
  const judged = async (config: string, timeoutMs = 10_000, signal?: AbortSignal): Promise<SshRoute> => {
    writeFileSync(file, config);
    rmSync(out, { force: true });
    const context = await readSshConfig({ user: file, system: join(folder, 'none') });
    return judgeRoute({ host: 'alpha' }, context, { log: () => {}, timeoutMs }, signal);
  };
  const isRunning = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  /** The process whose number the command has written, once it has. */
  const startedProcess = async (): Promise<number> => {
    while (!existsSync(out) || readFileSync(out, 'utf8') === '') await delay(20);
    return Number(readFileSync(out, 'utf8'));
  };
  const assertEnds = async (pid: number): Promise<void> => {
    for (let tries = 0; isRunning(pid); tries += 1) {
      assert.ok(tries < 100, 'the command still runs');
      await delay(50);
    }
  };

  it('gets what ssh gives it: the shell of the person, no input, all tokens', async () => {
    const command = 'readlink /proc/$$/fd/0 >%d/out; echo $0 %C %L %l %i %u %k >>%d/out';
    const config = `Port 7\nMatch exec "${command.replaceAll('%d', folder)}"\n  User x\n`;
    const before = process.env['SHELL'];
    try {
      for (const shell of ['/bin/bash', '/bin/sh']) {
        process.env['SHELL'] = shell;
        assert.equal((await judged(config)).user, 'x');
        const ours = readFileSync(out, 'utf8');
        assert.match(ours, /^\/dev\/null\n\/bin\/(?:ba)?sh [0-9a-f]{40} /);
        rmSync(out);
        await readBySsh(file, 'alpha', undefined);
        assert.equal(ours, readFileSync(out, 'utf8'));
      }
    } finally {
      if (before === undefined) delete process.env['SHELL'];
      else process.env['SHELL'] = before;
    }
  });
  it('that does not end is ended, with what it was in the message', async () => {
    const config = `Match exec "echo $$ >${out}; sleep 300"\n`;
    await assert.rejects(
      judged(config, 1000),
      /"Match exec" of the SSH config for .*alpha:22 did not end within 1 s: echo/,
    );
    await assertEnds(await startedProcess());
  });
  it('ends where the connection is no longer wanted', async () => {
    const abort = new AbortController();
    const judging = judged(`Match exec "echo $$ >${out}; sleep 300"\n`, 60_000, abort.signal);
    const pid = await Promise.race([startedProcess(), judging]);
    abort.abort(new Error('no longer wanted'));
    await assert.rejects(judging, /no longer wanted/);
    assert.ok(typeof pid === 'number');
    await assertEnds(pid);
  });
  it('that is killed is no answer, as for ssh', async () => {
    await assert.rejects(judged('Match exec "kill -9 $$"\n'), /was ended by SIGKILL: kill -9/);
    await assert.rejects(readBySsh(file, 'alpha', undefined), /match exec .* error/);
  });
  it('is not run for a name or a user that the shell would read in another way, as by ssh', async () => {
    writeFileSync(file, `Match exec "touch ${out}"\n  User x\n`);
    rmSync(out, { force: true });
    const context = await readSshConfig({ user: file, system: join(folder, 'none') });
    for (const request of [{ host: 'a;b' }, { host: 'a', user: 'x\\' }, { host: 'a', user: '$(x)' }, { host: '-x' }])
      await assert.rejects(
        judgeRoute(request, context, { log: () => {} }, undefined),
        /Match exec cannot be run for this host/,
      );
    assert.equal(existsSync(out), false);
  });
  it('is not run to list hosts', async () => {
    writeFileSync(
      file,
      `Match exec "touch ${out}"\n  User x\nHost alpha\nMatch host alpha !exec "touch ${out}"\n  User y\n`,
    );
    rmSync(out, { force: true });
    const listed = await listSshConfigHosts({ user: file, system: join(folder, 'none') });
    assert.deepEqual(
      listed.map(({ alias, user }) => [alias, user]),
      [['alpha', userInfo().username]],
    );
    assert.equal(existsSync(out), false);
  });
});

describe('CanonicalizeHostname', () => {
  /** Runs a command where names have these addresses and no name server is asked. */
  const withNames = async (command: readonly string[]): Promise<string> => {
    const hosts = join(folder, 'hosts');
    writeFileSync(hosts, '10.0.0.5 box.corp.example.\n10.0.0.6 web.lab.example.\n10.0.0.7 vm1.\n');
    writeFileSync(join(folder, 'empty'), '');
    const script = 'mount --bind "$1" /etc/hosts && mount --bind "$2" /etc/resolv.conf && shift 2 && exec "$@"';
    const { stdout } = await run('unshare', ['-m', 'sh', '-c', script, 'sh', hosts, join(folder, 'empty'), ...command]);
    return stdout;
  };
  const names = ['box', 'WEB', 'nope', 'box.corp.example', '10.0.0.5', 'a.b.c', 'vm1.', '::1', 'box.'];
  const rest =
    'CanonicalDomains corp.example lab.example\nHost *.corp.example\n  User corp\nMatch canonical host *.lab.example\n  User lab\n' +
    'Match final\n  Port 7\n';
  const configs = [
    `CanonicalizeHostname yes\n${rest}`,
    `CanonicalizeHostname no\n${rest}`,
    `CanonicalizeHostname yes\nCanonicalizeFallbackLocal no\n${rest}`,
    `CanonicalizeHostname yes\nCanonicalizeMaxDots 2\n${rest}`,
    `CanonicalizeHostname yes\nProxyCommand none\n${rest}`,
    `CanonicalizeHostname yes\nProxyJump j\n${rest}`,
    `CanonicalizeHostname always\nProxyJump j\n${rest}`,
    `CanonicalizeHostname yes\n${rest.replace(/^.*\n/, 'CanonicalDomains none\n')}`,
  ];
  const source = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url));
  const ours = `
    import { judgeRoute } from ${source('adapters/ssh/judgeRoute.ts')};
    import { readSshConfig } from ${source('adapters/ssh/readSshConfig.ts')};
    const [hosts, ...files] = process.argv.slice(1);
    for (const user of files) {
      const context = await readSshConfig({ user, system: '/none' });
      for (const host of hosts.split(' ')) {
        const judged = judgeRoute({ host }, context, { log: () => {} }, undefined);
        console.log(await judged.then((r) => [r.host.toLowerCase(), r.user, r.port].join(), (error) => error.problem));
      }
    }`;

  it('finds the names that ssh finds, and reads the config again with them', async () => {
    const files = configs.map((text, index) => {
      const file = join(folder, `canonical-${index}`);
      writeFileSync(file, text);
      return file;
    });
    const script =
      'for file; do for host in $0; do ssh -G -F "$file" "$host" 2>/dev/null || echo failed; echo; done; done';
    const said = (await withNames(['sh', '-c', script, names.join(' '), ...files])).trim().split('\n\n');
    const bySsh = said.map((text) => {
      const value = (name: string): string => new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? '';
      return text.includes('failed') ? 'nameNotResolved' : [value('hostname'), value('user'), value('port')].join();
    });
    assert.equal(bySsh.length, configs.length * names.length);
    const node = [process.execPath, '--input-type=module-typescript', '--eval', ours, names.join(' '), ...files];
    assert.deepEqual((await withNames(node)).trim().split('\n'), bySsh);
  });
});
