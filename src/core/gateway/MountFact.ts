/** One mount of a container, as far as persistence cares. */
export interface MountFact {
  readonly kind: 'bind' | 'volume' | 'tmpfs' | 'other';
  /** Host path, or volume name; empty for tmpfs. */
  readonly source: string;
  /** Absolute path in the container. */
  readonly target: string;
  readonly readOnly: boolean;
  /** A volume without a name of its own: the next container gets another, empty one. */
  readonly anonymous: boolean;
}
