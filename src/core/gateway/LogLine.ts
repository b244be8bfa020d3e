export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** One line of a gateway's log, whichever of its formats it came in. */
export interface LogLine {
  /** As the gateway printed it: a time of day (`03:30:04`) or ISO 8601 with its offset. */
  readonly time?: string;
  /** Without brackets, such as `gateway` or `whatsapp/outbound`. */
  readonly subsystem?: string;
  readonly level?: LogLevel;
  readonly message: string;
}
