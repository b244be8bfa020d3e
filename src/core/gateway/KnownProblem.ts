/** A way in which a gateway or an image build fails, recognised by what it prints. */
export interface KnownProblem {
  readonly id: string;
  /** Against one clean line (no compose prefix, no colour). */
  readonly match: RegExp;
  /** The exit code that comes with it, where the program ends. */
  readonly exitCode?: number;
  /** One sentence: what it means for the person. */
  readonly meaning: string;
  /** One or two sentences in the imperative. */
  readonly remedy: string;
  /** Lines right after the match that belong to it and name the details. */
  readonly followedBy?: RegExp;
  /** Matches only what belongs to another, already reported problem: dropped where one of these ids was found before it. */
  readonly sideEffectOf?: readonly string[];
}

export interface FoundProblem {
  readonly id: string;
  readonly meaning: string;
  readonly remedy: string;
  readonly exitCode?: number;
  /** The line that shows it, cleaned, secrets masked; for messages of several lines, those lines joined with line feeds. */
  readonly evidence: string;
  /** Index of the (first) line in what was searched. */
  readonly lineIndex: number;
}
