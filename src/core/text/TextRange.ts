/** A half-open range of a text, as zero-based UTF-16 offsets: `start <= end`. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}
