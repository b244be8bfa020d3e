import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VmConnectionSettings } from '../../src/adapters/ssh/connectVmMachine.ts';
import type { Machine } from '../../src/application/ports/Machine.ts';
import type { UnknownHostKey } from '../../src/application/ports/MachineConnector.ts';
import { createMachineConnector } from '../../src/vmAdapters.ts';
import type { TestHost } from './hosts/testHosts.ts';

export interface Attempt {
  /** Text of the SSH config. */
  readonly config?: string;
  readonly user?: string;
  readonly identityFile?: string;
  /** Text of known_hosts; without it what the last attempt has left there. */
  readonly knownHosts?: string;
  readonly settings?: VmConnectionSettings;
  /** Takes the unknown host keys that are asked about; all are accepted. */
  readonly asked?: UnknownHostKey[];
}

/** A folder of keys and certificates of ssh-keygen, and connections made with its files in place of the person's. */
export class KeyFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'ssh-keys-'));
  readonly #machines: Machine[] = [];

  file(name: string): string {
    return join(this.path, name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  keygen(...args: readonly string[]): string {
    return execFileSync('ssh-keygen', ['-q', ...args], { encoding: 'utf8' });
  }

  /** Gives the private key's file. */
  makeKey(name: string, type: readonly string[] = ['-t', 'ed25519'], passphrase = ''): string {
    this.keygen(...type, '-N', passphrase, '-C', name, '-f', this.file(name));
    return this.file(name);
  }

  /** Signs the public key of a name; gives the certificate's file. */
  certify(name: string, authority: string, ...options: readonly string[]): string {
    this.keygen('-s', this.file(authority), '-I', `${name} of the suite`, ...options, this.file(`${name}.pub`));
    return this.file(`${name}-cert.pub`);
  }

  async connect(target: string, attempt: Attempt = {}): Promise<Machine> {
    writeFileSync(this.file('config'), attempt.config ?? '');
    if (attempt.knownHosts !== undefined) writeFileSync(this.file('known_hosts'), attempt.knownHosts);
    const connector = createMachineConnector({
      knownHosts: { user: this.file('known_hosts'), others: [] },
      agentSocket: null,
      defaultKeyFiles: [],
      sshConfigFiles: { user: this.file('config'), system: this.file('none') },
      ...attempt.settings,
    });
    const { identityFile, user = 'root' } = attempt;
    const vm = { name: target, host: target, user, ...(identityFile === undefined ? {} : { identityFile }) };
    const machine = await connector.connectVm(vm, async (key) => {
      attempt.asked?.push(key);
      return 'trustAndRemember';
    });
    this.#machines.push(machine);
    return machine;
  }

  async closeConnections(): Promise<void> {
    await Promise.all(this.#machines.splice(0).map((machine) => machine.close()));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export async function hostNameOf(machine: Machine): Promise<string> {
  const command = machine.commands.run(['hostname']);
  const lines: string[] = [];
  for await (const { text } of command.lines) lines.push(text);
  await command.exit;
  return lines.join();
}

/** Runs something while sshd has these settings before its own. They stay until others are asked for, as a restart takes half a second. */
export async function withSshdSettings(host: TestHost, lines: string, action: () => Promise<unknown>): Promise<void> {
  if (CURRENT.get(host) !== lines) {
    await writeByConsole(host, '/etc/ssh/sshd_config.d/00-suite.conf', `${lines}\n`);
    await host.killSshd();
    await host.startSshd();
    CURRENT.set(host, lines);
  }
  await action();
}

/** Writes a file without SSH, whose host key may not be the usual one. */
export async function writeByConsole(host: TestHost, path: string, text: string): Promise<void> {
  await host.console(['sh', '-c', 'umask 077 && printf "%s" "$2" >"$1"', 'write', path, text]);
}

const CURRENT = new WeakMap<TestHost, string>();

/** For `assert.rejects`: what the message and the next step say. */
export function failure(message: RegExp, remedy: RegExp): (error: Error & { remedy?: string }) => true {
  return (error) => {
    assert.match(error.message, message);
    assert.match(error.remedy ?? '', remedy);
    return true;
  };
}
