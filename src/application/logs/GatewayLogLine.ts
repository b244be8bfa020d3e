import type { LogLine } from '../../core/gateway/LogLine.ts';

export type GatewayLogLine =
  | {
      readonly kind: 'log';
      readonly stream: 'stdout' | 'stderr';
      readonly line: LogLine;
      /** For an output channel: `<time> <level> [<subsystem>] <message>`, each part only where known, no ANSI sequences. */
      readonly text: string;
    }
  /** Ours, such as that the container was recreated; `text` begins with `--- `. */
  | { readonly kind: 'notice'; readonly text: string };
