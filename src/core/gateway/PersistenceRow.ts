import type { MountFact } from './MountFact.ts';

/** One row of the "What persists where" table of the Docker VM runtime page. */
export interface PersistenceRow {
  readonly id: string;
  readonly component: string;
  /** Where it is, as the table says it. */
  readonly location: string;
  /** The absolute container paths that `location` names; empty where it names none. */
  readonly paths: readonly string[];
  readonly mechanism: 'Host volume mount' | 'Host volume + password' | 'Docker image' | 'Restartable';
  readonly note: string;
}

/**
 * `kept`: survives a recreate of the container. `lost`: does not. `partly`: some of its paths do, or something else is missing.
 * `inImage`: comes back with every container of the image. `ephemeral`: nothing in it needs to survive.
 */
export type PersistenceState = 'kept' | 'lost' | 'partly' | 'inImage' | 'ephemeral';

export interface PersistenceFinding extends PersistenceRow {
  readonly state: PersistenceState;
  /** The mount that keeps (or fails to keep) the first of `paths`. */
  readonly by?: MountFact;
  /** One or two sentences for the person: why, and where something is to be done, what. */
  readonly explanation: string;
}
