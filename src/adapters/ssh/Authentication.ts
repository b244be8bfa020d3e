import type { AnyAuthMethod } from 'ssh2';
import { ConnectionError } from '../../application/ConnectionError.ts';
import type { SshPrompts } from '../../application/ports/SshPrompts.ts';
import type { SshCertificate } from '../../core/vm/sshCertificate.ts';
import { type LoginMethod, type SshLogin, USUAL_LOGIN } from '../../core/vm/sshLogin.ts';
import { certifiedKey } from './certifiedKey.ts';
import { describeAddress, type SshAddress } from './connectErrors.ts';
import { opensWith } from './keyFiles.ts';

/** One way to prove who we are. */
export type Credential =
  | { readonly kind: 'method'; readonly label: string; readonly method: AnyAuthMethod }
  /** A private key whose passphrase is asked for when its turn comes. */
  | {
      readonly kind: 'locked';
      readonly label: string;
      readonly file: string;
      readonly text: string;
      /** Shown in place of the plain key. */
      readonly certificate?: SshCertificate;
    };

export interface AuthenticationChoices {
  /** The credentials are for the one key that the person has chosen. */
  readonly isOneKey?: boolean;
  readonly remedy?: string;
  /** Without it ssh's defaults. */
  readonly login?: Pick<SshLogin, 'methods' | 'maxPrompts'>;
}

/** Runs a question to the person; the time that they take does not count. */
export type WhileAsking = <Answer>(question: () => Promise<Answer>) => Promise<Answer>;

const MAX_PASSPHRASES = 3;

/**
 * Answers a server's demands until it is content: keys first, then its own questions, then the password, unless the login says otherwise. What the person said stays
 * known for further connections with the same value, so that a server that did not wait for the answer can be tried again.
 */
export class Authentication {
  readonly #address: SshAddress;
  readonly #where: string;
  readonly #credentials: readonly Credential[];
  readonly #prompts: SshPrompts | undefined;
  readonly #notes: readonly string[];
  readonly #isOneKey: boolean;
  readonly #login: Pick<SshLogin, 'methods' | 'maxPrompts'>;
  /** The next step where nothing is accepted, if more is known than that. */
  readonly remedy: string | undefined;
  readonly #lockedFor = new Set<string>();
  readonly #passphrases = new Map<string, string>();
  #password: string | undefined;
  #tried: string[] = [];
  #index = 0;
  #questionAttempts = 0;
  #passwordAttempts = 0;
  #knowsMethods = false;
  #cancelled: ConnectionError | undefined;

  constructor(
    address: SshAddress,
    credentials: readonly Credential[],
    notes: readonly string[],
    prompts: SshPrompts | undefined,
    options: AuthenticationChoices = {},
  ) {
    this.#login = options.login ?? USUAL_LOGIN;
    this.remedy = options.remedy;
    this.#isOneKey = options.isOneKey === true;
    this.#address = address;
    this.#where = describeAddress(address);
    this.#credentials = credentials;
    this.#notes = notes;
    this.#prompts = prompts;
  }

  /** What was tried and what could not be, for messages; never contents. */
  get tried(): readonly string[] {
    return [...this.#notes, ...this.#tried];
  }

  /** To be called before each connection. */
  start(): void {
    this.#tried = [];
    this.#index = 0;
    this.#questionAttempts = 0;
    this.#passwordAttempts = 0;
    this.#knowsMethods = false;
    this.#cancelled = undefined;
    this.#lockedFor.clear();
  }

  /**
   * What to try next; `undefined` where nothing is left. `methodsLeft`: the server's last word on what it takes.
   * @throws ConnectionError (rejects) where the person does not want to answer.
   */
  async next(methodsLeft: readonly string[] | undefined, asking: WhileAsking): Promise<AnyAuthMethod | undefined> {
    if (this.#cancelled !== undefined) throw this.#cancelled;
    const takes = (method: string): boolean => methodsLeft === undefined || methodsLeft.includes(method);
    for (const method of this.#login.methods) {
      if (method === 'publickey') {
        const key = takes(method) ? await this.#nextKey(asking) : undefined;
        if (key !== undefined) return key;
      } else if (this.#prompts !== undefined) {
        const answer = await this.#askedFor(method, methodsLeft, asking);
        if (answer !== undefined) return answer;
      }
    }
    return undefined;
  }

  async #askedFor(
    method: Exclude<LoginMethod, 'publickey'>,
    methodsLeft: readonly string[] | undefined,
    asking: WhileAsking,
  ): Promise<AnyAuthMethod | undefined> {
    if (!this.#knowsMethods || methodsLeft === undefined) {
      // Nothing that a server refuses is asked for in vain: first it is asked what it takes.
      this.#knowsMethods = true;
      return { type: 'none', username: this.#address.user };
    }
    if (!methodsLeft.includes(method)) return undefined;
    // The one key that the person chose was refused: no password in its place, unless the server wants both and has taken the key.
    if (this.#isOneKey && methodsLeft.includes('publickey')) return undefined;
    const { maxPrompts } = this.#login;
    if (method === 'password') return this.#passwordAttempts < maxPrompts ? this.#askedPassword(asking) : undefined;
    return this.#questionAttempts < maxPrompts ? this.#questions(asking) : undefined;
  }

  async #nextKey(asking: WhileAsking): Promise<AnyAuthMethod | undefined> {
    for (;;) {
      const credential = this.#credentials[this.#index];
      if (credential === undefined) return undefined;
      this.#index += 1;
      const method = await this.#methodOf(credential, asking);
      if (method === undefined) continue;
      this.#tried.push(credential.label);
      // ssh2 keeps the server's answer to an agent's keys to itself.
      this.#knowsMethods = method.type !== 'agent';
      return method;
    }
  }

  /** The server let us in. */
  succeeded(): void {
    this.#prompts?.accepted(this.#where);
  }

  async #methodOf(credential: Credential, asking: WhileAsking): Promise<AnyAuthMethod | undefined> {
    if (credential.kind === 'method') return credential.method;
    const { file, text, certificate } = credential;
    const username = this.#address.user;
    if (this.#lockedFor.has(file)) return undefined;
    const known = this.#passphrases.get(file);
    // A default key whose passphrase nobody gives is left out; another way may follow.
    const passphrase = known ?? (await asking(() => unlock(file, text, this.#prompts)).catch(() => undefined));
    if (passphrase === undefined) {
      this.#lockedFor.add(file);
      return undefined;
    }
    this.#passphrases.set(file, passphrase);
    if (certificate === undefined) return { type: 'publickey', username, key: text, passphrase };
    const key = certifiedKey(text, certificate, passphrase);
    return key === undefined ? undefined : { type: 'publickey', username, key };
  }

  #questions(asking: WhileAsking): AnyAuthMethod {
    this.#questionAttempts += 1;
    const attempt = this.#questionAttempts;
    if (attempt === 1) this.#tried.push("answers to the server's questions");
    return {
      type: 'keyboard-interactive',
      username: this.#address.user,
      prompt: (title, instructions, _language, questions, finish) => {
        // Servers end a series with an empty set.
        if (questions.length === 0) return finish([]);
        const request = {
          title,
          instructions,
          questions: questions.map(({ prompt, echo }) => ({ text: prompt, isSecret: echo !== true })),
        };
        asking(async () => this.#prompts?.answers(this.#where, request, attempt)).then(
          (answers) => {
            if (answers === undefined) this.#cancelled = notAnswered(this.#where);
            finish(questions.map((_question, index) => answers?.[index] ?? ''));
          },
          () => finish([]),
        );
      },
    };
  }

  async #askedPassword(asking: WhileAsking): Promise<AnyAuthMethod> {
    this.#passwordAttempts += 1;
    if (this.#passwordAttempts === 1) this.#tried.push('a password');
    else this.#password = undefined;
    const password =
      this.#password ?? (await asking(async () => this.#prompts?.password(this.#where, this.#passwordAttempts)));
    if (password === undefined) throw notAnswered(this.#where);
    this.#password = password;
    return { type: 'password', username: this.#address.user, password };
  }
}

/** Asks for the passphrase until it opens the key. @throws ConnectionError (rejects) where it does not come to that. */
export async function unlock(file: string, text: string, prompts: SshPrompts | undefined): Promise<string> {
  for (let attempt = 1; prompts !== undefined && attempt <= MAX_PASSPHRASES; attempt += 1) {
    const passphrase = await prompts.passphrase(file, attempt);
    if (passphrase === undefined) break;
    if (opensWith(text, passphrase)) return passphrase;
    if (attempt === MAX_PASSPHRASES) {
      throw new ConnectionError('authenticationFailed', `The passphrase of ${file} was wrong three times.`, {
        remedy: 'Retry, or add the key to the SSH agent with ssh-add.',
      });
    }
  }
  throw new ConnectionError('authenticationFailed', `The key file ${file} is protected by a passphrase.`, {
    remedy: `Retry and give the passphrase, or add the key to the SSH agent with "ssh-add ${file}".`,
  });
}

function notAnswered(where: string): ConnectionError {
  return new ConnectionError('authenticationFailed', `${where} asked for a password, and none was given.`, {
    remedy: 'Retry and give it, or set a private key (identityFile) for this VM in the settings.',
  });
}
