import * as vscode from 'vscode';
import type { ServerQuestions, SshPrompts } from '../application/ports/SshPrompts.ts';

const storagePrefix = 'ssh:';
const maxServerTextLength = 300;

/**
 * Passphrases and passwords: asked once for each run of the editor, kept in its secret storage only where the person says so, and never
 * in a setting, a log or a message.
 */
export class SshSecrets implements SshPrompts {
  readonly #storage: vscode.SecretStorage;
  readonly #state: vscode.Memento;
  readonly #known = new Map<string, string>();
  /** What was typed for an address since its last connection, by storage key. */
  readonly #typed = new Set<string>();

  /** `state` remembers the names of what is stored, as the storage cannot list them. */
  constructor(storage: vscode.SecretStorage, state: vscode.Memento) {
    this.#storage = storage;
    this.#state = state;
  }

  async passphrase(keyFile: string, attempt: number): Promise<string | undefined> {
    return this.#secret(`passphrase:${keyFile}`, attempt, {
      title: 'SSH: passphrase of a key',
      prompt: `Passphrase of ${keyFile}. It stays on this machine.`,
      retry: 'That passphrase does not open the key.',
    });
  }

  async password(address: string, attempt: number): Promise<string | undefined> {
    return this.#secret(`password:${address}`, attempt, {
      title: 'SSH: password',
      prompt: `Password of ${address}`,
      retry: 'The VM did not accept that password.',
    });
  }

  async answers(address: string, asked: ServerQuestions, attempt: number): Promise<readonly string[] | undefined> {
    const [only] = asked.questions;
    const title = `SSH: ${address} asks`;
    const retry = 'The VM did not accept the answer.';
    // Most servers ask for the password this way; codes for one use are never kept.
    if (asked.questions.length === 1 && only?.isSecret === true && /password/i.test(only.text)) {
      const prompt = `${readable(asked.instructions)} ${readable(only.text)}`.trim();
      const password = await this.#secret(`password:${address}`, attempt, { title, prompt, retry });
      return password === undefined ? undefined : [password];
    }
    const answers: string[] = [];
    for (const { text, isSecret } of asked.questions) {
      const answer = await vscode.window.showInputBox({
        title,
        prompt: [attempt > 1 ? retry : '', readable(asked.title), readable(asked.instructions), readable(text)]
          .filter((part) => part !== '')
          .join(' '),
        password: isSecret,
        ignoreFocusOut: true,
      });
      if (answer === undefined) return undefined;
      answers.push(answer);
    }
    return answers;
  }

  accepted(address: string): void {
    void this.#offerToKeep(address);
  }

  /** Forgets everything, also what is kept for later runs. Resolves with how many there were. */
  async forget(): Promise<number> {
    const names = new Set([...this.#storedNames(), ...this.#known.keys()]);
    this.#known.clear();
    this.#typed.clear();
    await Promise.all([...names].map((name) => this.#storage.delete(storagePrefix + name)));
    await this.#state.update(storagePrefix, undefined);
    return names.size;
  }

  async #secret(
    name: string,
    attempt: number,
    texts: { readonly title: string; readonly prompt: string; readonly retry: string },
  ): Promise<string | undefined> {
    if (attempt > 1) await this.#drop(name);
    else {
      const known = this.#known.get(name) ?? (await this.#storage.get(storagePrefix + name));
      if (known !== undefined) return known;
    }
    const typed = await vscode.window.showInputBox({
      title: texts.title,
      prompt: attempt > 1 ? `${texts.retry} ${texts.prompt}` : texts.prompt,
      password: true,
      ignoreFocusOut: true,
    });
    if (typed === undefined) return undefined;
    this.#known.set(name, typed);
    this.#typed.add(name);
    return typed;
  }

  async #drop(name: string): Promise<void> {
    this.#known.delete(name);
    this.#typed.delete(name);
    if (!this.#storedNames().includes(name)) return;
    await this.#storage.delete(storagePrefix + name);
    await this.#state.update(
      storagePrefix,
      this.#storedNames().filter((stored) => stored !== name),
    );
  }

  async #offerToKeep(address: string): Promise<void> {
    const names = [...this.#typed];
    this.#typed.clear();
    const [name] = names;
    if (name === undefined) return;
    const keep = 'Keep';
    const what = name.startsWith('passphrase:')
      ? `passphrase of ${name.slice('passphrase:'.length)}`
      : `password of ${address}`;
    const chosen = await vscode.window.showInformationMessage(
      `Keep the ${what} in the editor's secret storage? Otherwise it is forgotten when the editor closes.`,
      keep,
      'Not Now',
    );
    if (chosen !== keep) return;
    for (const typed of names) {
      const secret = this.#known.get(typed);
      if (secret !== undefined) await this.#storage.store(storagePrefix + typed, secret);
    }
    await this.#state.update(storagePrefix, [...new Set([...this.#storedNames(), ...names])]);
  }

  #storedNames(): readonly string[] {
    return this.#state.get<readonly string[]>(storagePrefix) ?? [];
  }
}

/** A server's words for a prompt: one line, no control or direction characters, not endless. */
function readable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, maxServerTextLength);
}
