import type { RelatedLocation } from '../../lint/Problem.ts';
import type { ShellCommand } from '../../shell/ShellScript.ts';
import type { MappedText } from '../../text/MappedText.ts';
import type { TextRange } from '../../text/TextRange.ts';
import type { ProjectImage, ProjectService } from '../ProjectModel.ts';

/** Commands that run, one after the other, when a container starts or is checked, and how they come to run. */
export interface StartedScript {
  readonly path: string;
  /** The shell text; `undefined` for the words of an exec form, which no shell sees. */
  readonly source: MappedText | undefined;
  /** Those of called functions included. */
  readonly commands: readonly ShellCommand[];
  /** Outermost first: ENTRYPOINT, then the scripts. Empty for commands that stand in the instruction itself. */
  readonly chain: readonly RelatedLocation[];
  readonly when: 'start' | 'healthcheck';
  /** Where the run began: a Dockerfile instruction or a compose key. */
  readonly origin: StartOrigin;
  readonly image: ProjectImage | undefined;
  readonly service: ProjectService | undefined;
}

export interface StartOrigin {
  readonly path: string;
  readonly range: TextRange;
  /** `ENTRYPOINT`, `CMD`, `HEALTHCHECK`, or `command of service "x"`. */
  readonly label: string;
}
