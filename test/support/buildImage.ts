import { stripVTControlCharacters } from 'node:util';
import { shellQuote } from './hosts/run.ts';
import type { TestHost } from './hosts/testHosts.ts';

/** The two that a Docker engine has: BuildKit, and the one before it, which `DOCKER_BUILDKIT=0` still chooses. */
export const imageBuilders = ['BuildKit', 'classic'] as const;

export type ImageBuilder = (typeof imageBuilders)[number];

export interface BuildOptions {
  readonly builder: ImageBuilder;
  readonly tag: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

export interface BuildResult {
  readonly exitCode: number;
  /** What both builders say, from first to last, without the colours that the classic one puts around each piece of an error. */
  readonly output: string;
}

/** Builds a Dockerfile on a test host, with the files of a folder there or without any. */
export async function buildImage(
  vm: TestHost,
  dockerfile: string,
  options: BuildOptions & { readonly folder?: string },
): Promise<BuildResult> {
  const context = options.folder === undefined ? ['-'] : ['--file', '-', options.folder];
  const { exitCode, stdout, stderr } = await vm.ssh([...commandOf(options), ...context], { input: dockerfile });
  return { exitCode, output: stripVTControlCharacters(`${stdout}\n${stderr}`) };
}

/** Builds one Dockerfile after the other over one connection, whatever becomes of each. */
export async function buildImages(
  vm: TestHost,
  builds: readonly { readonly dockerfile: string; readonly options: BuildOptions }[],
): Promise<readonly BuildResult[]> {
  const end = '--- ended with';
  const script = builds.map(({ dockerfile, options }) => {
    const command = commandOf(options).map(shellQuote).join(' ');
    return `printf %s ${shellQuote(dockerfile)} | ${command} - 2>&1; echo "${end} $?"\n`;
  });
  const output = await vm.run(['sh', '-s'], { input: script.join('') });
  const parts = [...output.matchAll(new RegExp(`([\\s\\S]*?)^${end} (\\d+)\\n`, 'gm'))];
  return parts.map(([, text = '', exitCode]) => ({
    exitCode: Number(exitCode),
    output: stripVTControlCharacters(text),
  }));
}

function commandOf({ builder, tag, buildArgs = {} }: BuildOptions): readonly string[] {
  return [
    ...['env', `DOCKER_BUILDKIT=${builder === 'classic' ? 0 : 1}`, 'docker', 'build', '--tag', tag],
    ...(builder === 'classic' ? ['--rm', '--force-rm'] : ['--progress', 'plain']),
    ...Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
  ];
}
