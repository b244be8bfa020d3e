import type { TextEdit } from '../text/TextEdit.ts';
import type { TextRange } from '../text/TextRange.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** One finding of one rule, with its fixes as data. */
export interface Problem {
  readonly ruleId: string;
  readonly severity: Severity;
  /** What will happen to the person, in one or two sentences. */
  readonly message: string;
  /** Key of `ProjectFiles.texts`. */
  readonly path: string;
  readonly range: TextRange;
  /** The way to the finding, outermost first, such as ENTRYPOINT, then the script that it runs. */
  readonly related: readonly RelatedLocation[];
  /** Rules of other linters that say the same at this place. */
  readonly peers?: PeerRules;
  readonly docsUrl: string;
  /** The preferred fix first. */
  readonly fixes: readonly Fix[];
  /** Of the first fix, which need not be worked out for it. */
  readonly fixTitle: string | undefined;
}

export interface PeerRules {
  /** As the other linter names them: `DL4006` is hadolint's, `SecretsUsedInArgOrEnv` BuildKit's. */
  readonly ids: readonly string[];
  /** The lines on which it reports them: those of the whole instruction. */
  readonly range: TextRange;
}

export interface RelatedLocation {
  readonly path: string;
  readonly range: TextRange;
  readonly message: string;
}

/** A change that a person may take; the edits may touch several files. */
export interface Fix {
  /** What will happen. */
  readonly title: string;
  readonly edits: readonly FileEdits[];
  /** Does a part only: the finding stays until the person has done the rest. Never preferred, never among "fix all". */
  readonly isPartial?: true;
}

/** The fix that is offered first and that "fix all" takes. */
export function preferredFix({ fixes }: Pick<Problem, 'fixes'>): Fix | undefined {
  const [first] = fixes;
  return first?.isPartial === true ? undefined : first;
}

export interface FileEdits {
  readonly path: string;
  readonly edits: readonly TextEdit[];
}
