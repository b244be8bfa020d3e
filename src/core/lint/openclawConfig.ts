import { isMap, isScalar, type Node } from 'yaml';
import { readYaml } from '../compose/readYaml.ts';
import { blankJsonComments } from '../text/blankJsonComments.ts';
import type { TextRange } from '../text/TextRange.ts';
import type { ProjectModel } from '../workspace/ProjectModel.ts';
import type { Gateway } from './gateways.ts';
import { stateFolders } from './stateFolders.ts';

/** A string in a project's openclaw.json. */
export interface ConfigValue {
  readonly path: string;
  /** Quotes included. */
  readonly range: TextRange;
  readonly value: string;
}

/** A string of the openclaw.json that the gateway's container sees, such as `gateway`, `auth`, `token`. */
export function configValue(
  project: ProjectModel,
  gateway: Gateway,
  ...keys: readonly string[]
): ConfigValue | undefined {
  for (const folder of stateFolders(gateway).folders) {
    const path = configPath(project, gateway, `${folder}/openclaw.json`);
    const text = path === undefined ? undefined : project.read(path);
    const found = path === undefined || text === undefined ? undefined : stringAt(path, text, keys);
    if (found !== undefined) return found;
  }
  return undefined;
}

function stringAt(path: string, text: string, keys: readonly string[]): ConfigValue | undefined {
  if (!keys.every((key) => text.includes(key))) return undefined;
  let node: unknown;
  try {
    // JSON5 is YAML but for its comments, and the YAML parser keeps the offsets.
    node = readYaml(blankJsonComments(text), { uniqueKeys: false }).contents;
  } catch {
    // Hostile nesting exhausts the parser's stack.
    return undefined;
  }
  for (const key of keys) node = isMap(node) ? (node.get(key, true) as Node | undefined) : undefined;
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return undefined;
  return { path, range: { start: node.range[0], end: node.range[1] }, value: node.value };
}

function configPath(project: ProjectModel, gateway: Gateway, target: string): string | undefined {
  for (const definition of gateway.definitions) {
    for (const mount of definition.service.mounts) {
      if (mount.kind !== 'bind' || mount.source.includes('$') || mount.source.startsWith('~')) continue;
      const at = mount.target.replace(/\/+$/, '');
      if (target !== at && !target.startsWith(`${at}/`)) continue;
      const path = project.hostPath(definition, mount.source) + target.slice(at.length);
      if (project.read(path) !== undefined) return path;
    }
  }
  return gateway.image?.files.find(gateway.image.stage, target)?.path;
}
