import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import { bakeBinary } from '../../binaries/bakeBinary.ts';
import { interpolate } from '../../compose/interpolate.ts';
import { parseSkill, type Skill, type SkillWord } from '../../skills/parseSkill.ts';
import type { ProjectImage, ProjectModel, ProjectService } from '../../workspace/ProjectModel.ts';
import { baseName, isWithin, parentFolder } from '../../workspace/paths.ts';
import { type Base, isOfficialGateway } from '../baseOf.ts';
import { gatewayImages, isGatewayProjectService } from '../gatewayImages.ts';
import { baseHas, installsOnlyKnown, packagePrograms } from '../imagePrograms.ts';
import type { Fix, RelatedLocation } from '../Problem.ts';
import type { Finding, Rule } from '../Rule.ts';

/** A skill whose binary is not on PATH is not loaded, without a word in the log. */
export const missingSkillBinary: Rule = {
  id: 'missing-skill-binary',
  summary: 'Bake the binaries that the skills need',
  why:
    'The gateway leaves out a skill whose binaries it does not find on PATH, and says nothing: the person asks, and the model answers ' +
    'that it cannot do that.',
  severity: 'warning',
  noFix: 'for binaries that are not in the catalog or have no Linux build, and where no Dockerfile builds the image.',
  check: (project) => {
    const skills = skillsOf(project);
    const places = skills.length === 0 ? [] : gatewayPlaces(project);
    return places.length === 0 ? [] : skills.flatMap(({ path, skill }) => findingsFor(project, places, path, skill));
  },
  bad: {
    Dockerfile: 'FROM ghcr.io/openclaw/openclaw:2026.9.6\nCOPY skills /app/skills\n',
    'skills/places/SKILL.md':
      '---\nname: places\ndescription: Find shops.\nmetadata: { "openclaw": { "requires": { "bins": ["goplaces"] } } }\n---\n',
  },
  good: {
    Dockerfile:
      'FROM golang:1-bookworm AS goplaces\nRUN GOBIN=/usr/local/bin go install github.com/openclaw/goplaces/cmd/goplaces@v0.4.4\n\n' +
      'FROM ghcr.io/openclaw/openclaw:2026.9.6\nCOPY --from=goplaces /usr/local/bin/goplaces /usr/local/bin/goplaces\nCOPY skills /app/skills\n',
    'skills/places/SKILL.md':
      '---\nname: places\ndescription: Find shops.\nmetadata: { "openclaw": { "requires": { "bins": ["goplaces"] } } }\n---\n',
  },
};

/** Where a gateway of the project gets its programs from. */
interface GatewayPlace {
  readonly base: Base | undefined;
  /** `undefined` for a service that runs a published image. */
  readonly image: ProjectImage | undefined;
  readonly related: RelatedLocation;
  readonly services: readonly ProjectService[];
}

function gatewayPlaces(project: ProjectModel): readonly GatewayPlace[] {
  const places: GatewayPlace[] = gatewayImages(project).map(({ image, base }) => ({
    base,
    image,
    services: image.services,
    related: { path: image.path, range: image.stage.from.range, message: 'The image that the gateway runs in.' },
  }));
  for (const service of project.services) {
    const name = service.service.image;
    if (service.service.build !== undefined || name === undefined || !isGatewayProjectService(service)) continue;
    const base = publishedImage(interpolate(name.value, service.variables), name.range);
    places.push({
      base,
      image: undefined,
      services: [service],
      related: { path: service.path, range: name.range, message: 'The image that the gateway runs in.' },
    });
  }
  return places;
}

function publishedImage(name: string, range: RelatedLocation['range']): Base | undefined {
  const [reference = '', digest] = name.toLowerCase().split('@');
  const repository = reference.replace(/:[^/:]*$/, '');
  if (!isOfficialGateway(repository)) return undefined;
  return {
    name: reference,
    repository,
    tag: reference.slice(repository.length + 1),
    hasDigest: digest !== undefined,
    range,
  };
}

/** Of the project itself: not its tests, not what a package brought along, not what the gateway's own source comes with. */
export function skillsOf(project: ProjectModel): readonly { readonly path: string; readonly skill: Skill }[] {
  const found: { path: string; skill: Skill }[] = [];
  const ownSource = [...project.paths].filter((path) => isGatewaySource(project, path)).map(parentFolder);
  for (const path of project.paths) {
    if (!/\/SKILL\.md$/i.test(path) || notDeployed.test(path.slice(project.root.length))) continue;
    if (ownSource.some((folder) => isWithin(folder, path))) continue;
    const result = parseSkill(project.read(path) ?? '');
    if (result.ok && result.skill.metadataKey !== undefined) found.push({ path, skill: result.skill });
  }
  return found;
}

const notDeployed =
  /\/(?:node_modules|tests?|__tests__|fixtures?|testdata|examples?|docs?|templates?|archive|deprecated|disabled|\.(?:claude|codex|cursor|github|gemini))\//i;

function isGatewaySource(project: ProjectModel, path: string): boolean {
  if (baseName(path) !== 'package.json') return false;
  return /"name"\s*:\s*"(?:openclaw|clawdbot|moltbot)"/.test(project.read(path) ?? '');
}

function findingsFor(
  project: ProjectModel,
  places: readonly GatewayPlace[],
  path: string,
  skill: Skill,
): readonly Finding[] {
  const name = skill.name === '' ? baseName(parentFolder(path)) : skill.name;
  if (skill.os.length > 0 && !skill.os.includes('linux')) {
    const [word] = [...skill.bins, ...skill.anyBins];
    if (word === undefined || !skill.os.includes('darwin')) return [];
    const message = `The skill "${name}" is for macOS only: the gateway never loads it in a Linux container.`;
    return [{ path, range: word.range, message, severity: 'information' }];
  }
  if (skill.always) return [];
  const findings: Finding[] = [];
  const missingFrom = (word: SkillWord): GatewayPlace | undefined =>
    places.every((place) => isMissing(place, word.name, project.catalog)) && !isMentioned(project, places, word.name)
      ? places[0]
      : undefined;
  const seen = new Set<string>();
  for (const word of skill.bins) {
    const place = missingFrom(word);
    if (place === undefined || seen.has(word.name)) continue;
    seen.add(word.name);
    findings.push(finding(path, name, [word], place, project.catalog));
  }
  const [first] = skill.anyBins;
  const place = first === undefined ? undefined : missingFrom(first);
  if (place !== undefined && skill.anyBins.every((word) => missingFrom(word) !== undefined)) {
    findings.push(finding(path, name, skill.anyBins, place, project.catalog));
  }
  return findings;
}

function finding(
  path: string,
  skill: string,
  words: readonly SkillWord[],
  place: GatewayPlace,
  catalog: BinaryCatalog,
): Finding {
  const [first] = words;
  const names = words.map((word) => word.name).join(' or ');
  const last = words.at(-1);
  const source = words.length === 1 ? catalog.find(names)?.source : undefined;
  const macOnly = source?.kind === 'none' ? ` There is none for Linux: ${source.reason}.` : '';
  return {
    path,
    range: { start: first?.range.start ?? 0, end: last?.range.end ?? 0 },
    message: `The skill "${skill}" needs ${names}, which the gateway's image does not have: the gateway leaves the skill out.${macOnly}`,
    related: [place.related],
    fixes: () => words.flatMap((word) => bakeFixes(word.name, place, catalog)).slice(0, 3),
  };
}

function bakeFixes(name: string, { image }: GatewayPlace, catalog: BinaryCatalog): readonly Fix[] {
  const binary = catalog.find(name);
  if (image === undefined || binary === undefined || binary.source.kind === 'none') return [];
  const result = bakeBinary(image.dockerfile.text, name, { target: String(image.stage.index), catalog });
  if (!result.ok || result.edits.length === 0) return [];
  return [{ title: `Bake ${name} into the image`, edits: [{ path: image.path, edits: result.edits }] }];
}

function isMissing(place: GatewayPlace, program: string, catalog: BinaryCatalog): boolean {
  if (place.services.some(mountsPrograms)) return false;
  if (baseHas(place.base, program) !== false) return false;
  // What is installed under another name than its own is known for the binaries of the catalog only.
  return catalog.find(program) !== undefined || place.image === undefined || installsOnlyKnown(place.image);
}

const programFolder =
  /(?:\/s?bin|brew|\.local|\/tools?)(?:\/|$)|^\/(?:usr(?:\/local)?|opt(?:\/[^/]+)?|home(?:\/[^/]+)?|root)\/?$/;

function mountsPrograms({ service }: ProjectService): boolean {
  return service.mounts.some((mount) => programFolder.test(mount.target));
}

/** A file that makes or starts the image names the program, or what it comes in: then it may be there, or another rule speaks. */
function isMentioned(project: ProjectModel, places: readonly GatewayPlace[], program: string): boolean {
  const names = [program, ...packagesOf(program, project.catalog)].map((name) =>
    name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  const pattern = new RegExp(`(?<![\\w-])(?:${names.join('|')})(?![\\w-])`);
  return project.rememberFor(places, collectTexts).some((text) => pattern.test(text));
}

function packagesOf(program: string, catalog: BinaryCatalog): readonly string[] {
  const source = catalog.find(program)?.source;
  const packages = Object.entries(packagePrograms)
    .filter(([, programs]) => programs.includes(program))
    .map(([name]) => name);
  if (source === undefined) return packages;
  if ('package' in source) return [...packages, source.package];
  if (source.kind === 'githubRelease')
    return [...packages, ...[source.repository, ...(source.formerRepositories ?? [])].map((name) => baseName(name))];
  return packages;
}

/** Comments of a Dockerfile install nothing; of a script they are rare, and silence is the safe side. */
function collectTexts(project: ProjectModel, places: readonly GatewayPlace[]): readonly string[] {
  const found: string[] = [];
  for (const { image, services } of places) {
    for (const instruction of image?.dockerfile.instructions ?? []) found.push(instruction.body.text);
    for (const { service } of services) {
      for (const command of [service.entrypoint, service.command, ...service.postStart]) {
        found.push(...(command?.words ?? []).map((word) => word.value));
      }
      for (const { value } of [...service.environment, ...(service.build?.args ?? [])]) found.push(value?.value ?? '');
      for (const mount of service.mounts) found.push(mount.target);
    }
  }
  for (const path of project.paths) {
    if (/(?:\.(?:sh|bash)|entrypoint|\/(?:brewfile|aptfile|\.env[^/]*))$/i.test(path))
      found.push(project.read(path) ?? '');
  }
  return found;
}
