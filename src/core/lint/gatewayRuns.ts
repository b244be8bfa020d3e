import { isGatewayService } from '../gateway/isGatewayService.ts';
import type { ShellWord } from '../shell/ShellWord.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { ProjectModel } from '../workspace/ProjectModel.ts';
import { isOfficialImage, isShortLived } from './gateways.ts';
import { hostScriptCommands } from './hostScriptCommands.ts';

/** A `docker run` in a script of the project that starts a gateway for good. */
export interface GatewayRun {
  readonly path: string;
  /** Of the command. */
  readonly range: TextRange;
  /** Values of `--publish`. */
  readonly ports: readonly ShellWord[];
  /** Something is mounted, or some option may say so. */
  readonly hasMounts: boolean;
  /** Of the product's own image, whose folders are known. */
  readonly isOfficial: boolean;
}

/** Only in the background or with a restart policy: other runs are one-offs. */
export function gatewayRuns(project: ProjectModel): readonly GatewayRun[] {
  return project.remember(findRuns);
}

function findRuns(project: ProjectModel): readonly GatewayRun[] {
  return hostScriptCommands(project)
    .filter(
      ({ path, text }) =>
        /\brun\b/.test(text) && /openclaw|clawdbot|moltbot/.test(text) && !isShortLived(project, path),
    )
    .flatMap(({ path, commands }) =>
      commands.flatMap(({ words, range }) => {
        const run = readRun(words);
        return run === undefined ? [] : [{ path, range, ...run }];
      }),
    );
}

/** Options of `docker run` without a value; all others take one (https://docs.docker.com/reference/cli/docker/container/run/). */
const flags =
  /^(?:-[ditPq]+|--(?:detach|init|interactive|tty|privileged|publish-all|read-only|rm|quiet|no-healthcheck|oom-kill-disable|sig-proxy|disable-content-trust))$/;

function readRun(words: readonly ShellWord[]): Omit<GatewayRun, 'path' | 'range'> | undefined {
  const { name, argv } = unwrapCommand(words);
  if (name !== 'docker') return undefined;
  let at = argv[1]?.value === 'container' ? 2 : 1;
  if (argv[at++]?.value !== 'run') return undefined;
  const ports: ShellWord[] = [];
  let stays = false;
  let hasMounts = false;
  let container = '';
  for (; argv[at]?.value.startsWith('-') === true; at++) {
    const option = argv[at];
    const [key = '', ...rest] = option?.value.split('=') ?? [];
    const isFlag = flags.test(key);
    const value = isFlag || rest.length > 0 ? option : argv[++at];
    if (key === '--rm') return undefined;
    if (/^-[itq]*d|^--(?:detach|restart)$/.test(key)) stays = true;
    if (/^(?:-v|--volume|--mount)/.test(key)) hasMounts = true;
    if (key === '--name') container = value?.value.slice(value === option ? key.length + 1 : 0) ?? '';
    if ((key === '-p' || key === '--publish') && value !== undefined) ports.push(value);
  }
  const image = argv[at]?.value ?? '';
  const rest = argv.slice(at + 1);
  const isOfficial = isOfficialImage(image);
  if (!stays || !(isOfficial || isOwnGateway(container, image))) return undefined;
  if (isOfficial && rest.length > 0 && !rest.some(({ value }) => /\bgateway\b/.test(value))) return undefined;
  return { ports, hasMounts, isOfficial };
}

/** An image that is called like the gateway, or one for anything, or of an unknown name, in a container that is called so. */
function isOwnGateway(container: string, image: string): boolean {
  if (isGatewayService({ service: '', image }) || ownImage.test(image)) return true;
  return isGatewayService({ service: container, image: '' }) && /^(?:\$|(?:node|debian|ubuntu)(?::|$))/.test(image);
}

const ownImage = /(?:^|[/_-])(?:openclaw|clawdbot|moltbot)(?:[-_](?:docker|vm|server|bot|custom|local))?(?::|@|$)/i;
