import ssh2, { type BaseAgent, type IdentityCallback, type ParsedKey, type SignCallback } from 'ssh2';
import { agentSignature } from './agentRequests.ts';
import { blobKeyParts, signatureAlgorithm } from './blobKey.ts';

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
    const parts = blobKeyParts(key);
    const answer = callback ?? (typeof options === 'function' ? (options as SignCallback) : undefined);
    if (parts === undefined || answer === undefined) {
      // Both forms of the call mean the same to the agent.
      Reflect.apply(
        this.#agent.sign,
        this.#agent,
        callback === undefined ? [key, data, options] : [key, data, options, callback],
      );
      return;
    }
    const { hash } = typeof options === 'object' ? (options as { readonly hash?: string }) : {};
    agentSignature(this.#agent, parts.signingBlob ?? parts.blob, data, signatureAlgorithm(parts.keyType, hash)).then(
      (signature) => answer(undefined, signature),
      (error: Error) => answer(error),
    );
  }
}
