import type { BinaryCatalog } from '../binaries/BinaryCatalog.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { ProjectModel } from '../workspace/ProjectModel.ts';
import type { BuildStage } from './buildStages.ts';
import type { Fix, PeerRules, RelatedLocation, Severity } from './Problem.ts';

/** What one check finds. The engine adds the rule's id, its documentation and the severity that the person has set. */
export interface Finding {
  readonly path: string;
  readonly range: TextRange;
  readonly message: string;
  /** Instead of the rule's own. */
  readonly severity?: Severity;
  readonly related?: readonly RelatedLocation[];
  /** Rules of other linters that say the same here: an editor that shows one of those leaves this finding out. */
  readonly peers?: PeerRules;
  /** A function where they cost something: it is called when somebody asks for them. A `LateFix` has even more time. */
  readonly fixes?: readonly Fix[] | (() => readonly Fix[]);
}

/** One thing that goes wrong with OpenClaw images and compose projects. The examples are tests and documentation. */
export interface Rule {
  readonly id: string;
  /** What to do, in a few words. */
  readonly summary: string;
  /** What happens to a person who does not. */
  readonly why: string;
  readonly severity: Severity;
  /** Where there is no fix, and why: a sentence. Absent: every finding has one. */
  readonly noFix?: string;
  readonly check: (project: ProjectModel) => Iterable<Finding>;
  /**
   * What it finds besides in one build stage: what depends on nothing but the stage, those that it is built on, and the catalog. It is
   * asked again when one of them has changed.
   */
  readonly checkStage?: (place: BuildStage, catalog: BinaryCatalog) => readonly Finding[];
  /** A file that the rule speaks about, and the same file as it should be. */
  readonly bad: Example;
  readonly good: Example;
}

/** Files by path relative to the project's root. */
export type Example = Readonly<Record<string, string>>;
