import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import { interpolate } from '../../compose/interpolate.ts';
import { type Stage, stageChain, stagesOf } from '../../dockerfile/stages.ts';
import type { ProjectModel } from '../../workspace/ProjectModel.ts';
import { type BuildStage, buildStages } from '../buildStages.ts';
import { type DownloadSite, downloadSites } from '../downloadSites.ts';
import { hardcodedArchitectureFixes, withoutPlatform } from '../fixes/hardcodedArchitectureFixes.ts';
import type { Fix } from '../Problem.ts';
import type { Finding, Rule } from '../Rule.ts';
import type { RunText } from '../runScripts.ts';

/** A binary for another processor is in the image, `which` finds it, and it cannot run: "exec format error". */
export const hardcodedArchitecture: Rule = {
  id: 'hardcoded-architecture',
  summary: 'Choose the asset by the architecture that is built for',
  why:
    'On a VM with another processor (an ARM machine is often the cheap one) the image builds and the binary cannot run: "exec format error". ' +
    'With a fixed `--platform` the whole gateway runs emulated there, or not at all.',
  severity: 'warning',
  noFix:
    'for ADD, which has no shell that could choose (use RUN with curl), in single quotes and JSON forms, and for 32-bit processors.',
  check: (project) => [...downloadFindings(project), ...platformFindings(project)],
  bad: {
    Dockerfile:
      'FROM node:24-bookworm\nRUN curl -fsSL -o /usr/local/bin/yq https://example.com/v4/yq_linux_amd64 && chmod +x /usr/local/bin/yq\n',
  },
  good: {
    Dockerfile:
      'FROM node:24-bookworm\nARG TARGETARCH\nRUN curl -fsSL -o /usr/local/bin/yq "https://example.com/v4/yq_linux_$TARGETARCH" && chmod +x /usr/local/bin/yq\n',
  },
};

type Family = 'amd64' | 'arm64' | 'other';

const word = /(?<![a-z0-9])(amd64|x86[_-]64|x64|arm64|aarch64|armv[67]l?|armhf|i[36]86)(?![a-z0-9])/i;

function familyOf(name: string): Family {
  if (/^(?:amd64|x86[_-]64|x64)$/i.test(name)) return 'amd64';
  return /^(?:arm64|aarch64)$/i.test(name) ? 'arm64' : 'other';
}

/** Other systems, and files that only tell of the asset beside them. */
const notForLinux =
  /(?<![a-z])(?:win(?:dows|32|64)?|darwin|macos|osx|apple)(?![a-z])|\.(?:sha\d+|md5|asc|sig|pem|txt|json)$/i;

/** What the address says itself, or a variable that holds all of it; one that is put into it can be set to another value. */
function namedIn({ url, instruction, range }: DownloadSite): string | undefined {
  const pathPart = url.replace(/^https?:\/\/[^/]*/, '');
  if (notForLinux.test(pathPart)) return undefined;
  const written = instruction.sourceText(range);
  const isVariable = /^["']?\$\{?\w+\}?["']?$/.test(written);
  return isVariable || word.test(written.replace(/^["']?https?:\/\/[^/]*/, '')) ? word.exec(pathPart)?.[1] : undefined;
}

function downloadFindings(project: ProjectModel): readonly Finding[] {
  const { catalog } = project;
  const platformsOf = project.remember(platformsByPath);
  return buildStages(project).flatMap((place) => {
    const platforms = platformsOf.size === 0 ? undefined : platformsOf.get(place.path);
    // Of most images nothing says what they are built for.
    return platforms === undefined
      ? place.rememberFor(catalog, findingsOf)
      : place.remember(fixedSites).flatMap((site) => siteFindings(site, platforms, catalog));
  });
}

interface FixedSite {
  readonly site: DownloadSite;
  /** The architecture in its address. */
  readonly named: string;
}

/** The addresses of a stage that are for one architecture. */
function fixedSites(place: BuildStage): readonly FixedSite[] {
  return downloadSites(place).flatMap((site) => {
    const named = site.remember(namedIn);
    return named === undefined || site.run?.script.text.remember(mapsArchitecture) === true ? [] : [{ site, named }];
  });
}

function findingsOf(place: BuildStage, catalog: BinaryCatalog): readonly Finding[] {
  return place.remember(fixedSites).flatMap((site) => siteFindings(site, [], catalog));
}

function siteFindings(
  { site, named }: FixedSite,
  platforms: readonly Family[],
  catalog: BinaryCatalog,
): readonly Finding[] {
  const family = familyOf(named);
  const fixes = (): readonly Fix[] => hardcodedArchitectureFixes(site, catalog);
  const source = site.run?.script.stage.from.flag('platform')?.value;
  if (platforms.some((platform) => platform !== family)) {
    return [{ path: site.path, range: site.range, severity: 'error', message: differs(named, platforms), fixes }];
  }
  // The stage, or compose, says that the image is for this architecture and no other.
  if (platforms.length > 0 || (source !== undefined && !source.includes('$'))) return [];
  const message = `This is a file for ${named} only: on a VM with another processor the image builds, and the binary cannot run ("exec format error").`;
  return [{ path: site.path, range: site.range, message, fixes }];
}

function differs(named: string, platforms: readonly Family[]): string {
  return `This is a file for ${named}, but compose builds the image for ${platforms.join(', ')}: there it cannot run ("exec format error").`;
}

/** The script asks for the architecture somewhere: then this address is one of several. */
function mapsArchitecture({ script }: RunText): boolean {
  return /TARGETARCH|TARGETPLATFORM|TARGETVARIANT|BUILDARCH|BUILDPLATFORM|print-architecture|uname\s+-[a-z]*[mp]|apk\s+--print-arch|\barch\)|\$\(arch|`arch`|\$\{?(?:ARCH|arch|MACHINE)\b|rpm\s+(?:-E|--eval)/.test(
    script.source.text,
  );
}

function targetPlatforms(path: string, project: ProjectModel): readonly Family[] {
  return project.remember(platformsByPath).get(path) ?? [];
}

/** The families that compose builds each Dockerfile for. */
function platformsByPath({ images, inlineImages }: ProjectModel): ReadonlyMap<string, readonly Family[]> {
  const found = new Map<string, Family[]>();
  for (const { path, services } of [...images, ...inlineImages]) {
    for (const { service, variables } of services) {
      if (service.platform === undefined) continue;
      const family = familyOf(interpolate(service.platform.value, variables).split('/')[1] ?? '');
      const families = found.get(path);
      if (families === undefined) found.set(path, [family]);
      else if (!families.includes(family)) families.push(family);
    }
  }
  return found;
}

function platformFindings(project: ProjectModel): readonly Finding[] {
  return project.buildFiles.flatMap(({ path, dockerfile }) => {
    const stages = stagesOf(dockerfile);
    if (!stages.some(hasFixedPlatform)) return [];
    const last = stages.at(-1);
    const finals = project.images.filter((image) => image.path === path).map((image) => image.stage);
    const results = (finals.length > 0 ? finals : last === undefined ? [] : [last]).flatMap(stageChain);
    // What a stage of another architecture builds may run everywhere.
    if (!results.some(hasFixedPlatform)) return [];
    return stages.flatMap((stage): readonly Finding[] => {
      const flag = stage.from.flag('platform');
      if (flag === undefined || !hasFixedPlatform(stage)) return [];
      const named = flag.value.split('/')[1] ?? '';
      const platforms = targetPlatforms(path, project);
      const family = familyOf(named);
      const fixes = (): readonly Fix[] => [withoutPlatform(path, dockerfile.text, flag)];
      if (platforms.length > 0 && platforms.every((platform) => platform === family)) return [];
      if (platforms.length > 0) {
        return [
          { path, range: flag.range, severity: 'error', message: differs(named, platforms), fixes } satisfies Finding,
        ];
      }
      const message = `The image is built for ${named} on every machine: on a VM with another processor it runs emulated, slowly, or not at all.`;
      const peers = { ids: ['FromPlatformFlagConstDisallowed', 'DL3029'], range: stage.from.range };
      return [{ path, range: flag.range, message, peers, fixes }];
    });
  });
}

function hasFixedPlatform(stage: Stage): boolean {
  if (stage.from.flags.length === 0) return false;
  const value = stage.from.flag('platform')?.value;
  return value !== undefined && !value.includes('$');
}
