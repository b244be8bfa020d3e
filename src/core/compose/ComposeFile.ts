import type { ShellWord } from '../shell/ShellWord.ts';
import type { MappedText } from '../text/MappedText.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { YamlText } from './yamlNodes.ts';

/** One compose file. Values are as written; `interpolate` puts variables in. */
export interface ComposeFile {
  readonly text: string;
  /** The project's name, where the file sets it. */
  readonly name: YamlText | undefined;
  readonly services: readonly ComposeService[];
  readonly includes: readonly ComposeInclude[];
  /** Names of the named volumes that the file declares. */
  readonly volumes: readonly string[];
  readonly configs: readonly ComposeConfig[];
  /** The first thing that YAML could not read. */
  readonly syntaxError: { readonly message: string; readonly range: TextRange } | undefined;
}

/** One entry of `include`. Paths as written, relative to the file that includes. */
export interface ComposeInclude {
  readonly paths: readonly string[];
  /** None: the `.env` beside the included file. */
  readonly envFiles: readonly string[];
}

/** One entry of the file's `configs` (https://docs.docker.com/reference/compose-file/configs/). */
export interface ComposeConfig {
  readonly name: string;
  /** Relative to the compose file. */
  readonly file: string | undefined;
  /** The file itself, as the container gets it: `$$` is a `$`. */
  readonly content: MappedText | undefined;
}

export interface ComposeService {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly range: TextRange;
  readonly image: YamlText | undefined;
  readonly build: ComposeBuild | undefined;
  readonly entrypoint: ComposeCommand | undefined;
  readonly command: ComposeCommand | undefined;
  readonly healthcheck: ComposeCommand | undefined;
  /** Commands of `post_start` hooks. */
  readonly postStart: readonly ComposeCommand[];
  readonly environment: readonly ComposeVariable[];
  readonly envFiles: readonly YamlText[];
  readonly mounts: readonly ComposeMount[];
  /** Files of `configs` that the container gets. */
  readonly configs: readonly { readonly name: string; readonly target: string }[];
  readonly ports: readonly ComposePort[];
  readonly platform: YamlText | undefined;
  readonly restart: YamlText | undefined;
  readonly user: YamlText | undefined;
  readonly networkMode: YamlText | undefined;
  readonly workingDir: YamlText | undefined;
  readonly extends: { readonly service: string; readonly file: string | undefined } | undefined;
  readonly profiles: readonly string[];
  /** Whether `deploy` says what happens when the container ends: a restart policy, or a swarm's own ways. */
  readonly hasDeployRestart: boolean;
  /** Keys whose value an override file replaces (`!override`) or removes (`!reset`), not adds to. */
  readonly replaces: readonly string[];
}

export interface ComposeBuild {
  readonly range: TextRange;
  /** `.` where the file does not say. */
  readonly context: string;
  /** Relative to the context. */
  readonly dockerfile: string | undefined;
  readonly dockerfileInline: YamlText | undefined;
  readonly target: string | undefined;
  readonly args: readonly ComposeVariable[];
}

/**
 * A command: a list of words, or one string that compose splits into words (no shell sees it, `$$` is a `$`).
 * `isEmpty` (`[]` or `''`) clears what the image has.
 */
export interface ComposeCommand {
  readonly range: TextRange;
  readonly words: readonly ShellWord[];
  readonly isEmpty: boolean;
  /** What a shell runs (`CMD-SHELL`), or a string that is written as if one did: `npm ci && npm start`. */
  readonly shellText?: MappedText;
}

export interface ComposeVariable {
  readonly name: string;
  readonly value: YamlText | undefined;
  readonly range: TextRange;
}

export interface ComposeMount {
  readonly kind: 'bind' | 'volume' | 'tmpfs' | 'anonymous' | 'other';
  /** Host path or volume name; empty where there is none. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly range: TextRange;
  /** The file itself, which Coolify writes to `source` (https://coolify.io/docs/knowledge-base/docker/compose). */
  readonly content?: MappedText;
}

export interface ComposePort {
  /** Empty: all interfaces. */
  readonly hostAddress: string;
  /** As written: a port, a range, or empty for any. */
  readonly hostPort: string;
  readonly containerPort: string;
  readonly range: TextRange;
}
