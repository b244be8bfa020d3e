import ssh2, { type BaseAgent, type IdentityCallback, type ParsedKey, type SignCallback } from 'ssh2';

/** An SSH agent of which only the given keys are used: listed once, signed for by the real one. */
export class FilteredAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: BaseAgent;
  readonly #identities: readonly ParsedKey[];

  constructor(agent: BaseAgent, identities: readonly ParsedKey[]) {
    super();
    this.#agent = agent;
    this.#identities = identities;
  }

  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(undefined, [...this.#identities]);
  }

  override sign(key: ParsedKey, data: Buffer, options: unknown, callback?: SignCallback): void {
    // Both forms of the call mean the same to the agent.
    Reflect.apply(
      this.#agent.sign,
      this.#agent,
      callback === undefined ? [key, data, options] : [key, data, options, callback],
    );
  }
}

const AGENT_TIMEOUT_MS = 5000;

/** The keys that an agent holds; none where it does not answer. */
export function identitiesOf(agent: BaseAgent): Promise<readonly ParsedKey[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve([]), AGENT_TIMEOUT_MS);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      // The agents of ssh2 give parsed keys, and leave out those of types that it does not know.
      resolve(
        error ? [] : (keys ?? []).filter((key): key is ParsedKey => typeof key === 'object' && 'getPublicSSH' in key),
      );
    });
  });
}
