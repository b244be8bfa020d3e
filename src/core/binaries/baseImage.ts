import { commandOf } from '../dockerfile/commandOf.ts';
import { type Stage, stageChain } from '../dockerfile/stages.ts';
import { installCommands } from '../lint/installCommands.ts';
import { parseShell } from '../shell/parseShell.ts';

/** What a stage's file system offers to a RUN, judged by the name of its base image and the packages that it installs. */
export interface BaseImage {
  readonly family: 'debian' | 'alpine' | 'rhel' | 'empty' | 'windows' | 'unknown';
  /** The user that the base image ends with. */
  readonly user: string;
  /** It is an image of the gateway itself. */
  readonly isGateway: boolean;
  /** Programs that are surely there. */
  readonly programs: ReadonlySet<string>;
  /** Its C library is glibc, as far as the name says. */
  readonly hasGlibc: boolean;
  /** It has the certificate authorities that TLS needs, as far as the name says. */
  readonly hasCertificates: boolean;
}

/** As it is at an offset of the Dockerfile: what is installed further down does not count. */
export function baseImageOf(stage: Stage, offset = Number.POSITIVE_INFINITY): BaseImage {
  const chain = stageChain(stage);
  const base = describeImage(chain[0]?.base ?? '');
  const programs = new Set(base.programs);
  for (const link of chain) {
    for (const instruction of link.instructions) {
      if (instruction.keyword !== 'RUN' || instruction.range.start >= offset) continue;
      const command = commandOf(instruction);
      if (command?.form !== 'shell') continue;
      for (const install of installCommands(parseShell(command.text).commands)) {
        if (install.command.condition === undefined) for (const name of install.names) programs.add(name);
      }
    }
  }
  return { ...base, programs };
}

/** Images of the gateway itself, of every era. */
export const gatewayImage = /(?:^|\/)(?:openclaw|clawdbot|moltbot)(?:[:@/-]|$)/i;

const fullPrograms = ['curl', 'wget', 'git', 'tar', 'gzip', 'bzip2', 'unzip', 'xz-utils', 'ca-certificates'];

function describeImage(image: string): BaseImage {
  const name = image.toLowerCase().replace(/@.*$/, '');
  const repository = name.replace(/:[^/]*$/, '');
  const short = repository.slice(repository.lastIndexOf('/') + 1);
  const tag = name.slice(repository.length + 1);
  const facts = (family: BaseImage['family'], programs: readonly string[], user = 'root'): BaseImage => ({
    family,
    user,
    isGateway: gatewayImage.test(name),
    programs: new Set(programs),
    hasGlibc: family === 'empty' ? repository !== 'scratch' && !/static/.test(repository) : family !== 'alpine',
    hasCertificates: repository !== 'scratch',
  });
  if (name.includes('$') || name === '') return facts('unknown', []);
  if (repository === 'scratch') return facts('empty', []);
  if (/distroless|cgr\.dev\/chainguard/.test(repository))
    return facts('empty', [], /nonroot/.test(tag) ? 'nonroot' : 'root');
  if (/windows|nanoserver|servercore/.test(name)) return facts('windows', []);
  if (gatewayImage.test(name)) return facts('debian', ['curl', 'git', 'ca-certificates', 'tar', 'gzip'], 'node');
  if (short === 'alpine' || /alpine/.test(tag) || /alpine/.test(short))
    return facts('alpine', ['wget', 'tar', 'gzip', 'unzip', 'bzip2']);
  if (/^(?:fedora|centos|rockylinux|almalinux|ubi\d*(?:-minimal)?|amazonlinux|oraclelinux)$/.test(short)) {
    return facts('rhel', ['curl', 'ca-certificates']);
  }
  if (short === 'buildpack-deps') return facts('debian', fullPrograms);
  if (
    /^(?:node|python|golang|rust|ruby|php|openjdk|eclipse-temurin|bun|deno|debian|ubuntu|node-bookworm)$/.test(short)
  ) {
    const isFull = /^(?:node|python|golang|rust|ruby)$/.test(short) && !/slim/.test(tag);
    return facts('debian', isFull ? fullPrograms : ['tar', 'gzip']);
  }
  return facts(/bookworm|bullseye|trixie|jammy|noble|debian|ubuntu/.test(name) ? 'debian' : 'unknown', []);
}
