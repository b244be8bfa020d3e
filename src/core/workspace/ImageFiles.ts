import { commandOf, readJsonWords } from '../dockerfile/commandOf.ts';
import { expandVariables } from '../dockerfile/expandVariables.ts';
import type { Instruction } from '../dockerfile/Instruction.ts';
import type { Dockerfile } from '../dockerfile/parseDockerfile.ts';
import { type StageState, stageStates } from '../dockerfile/stageStates.ts';
import { type Stage, stageChain, stagesOf } from '../dockerfile/stages.ts';
import { parseShell } from '../shell/parseShell.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import type { MappedText } from '../text/MappedText.ts';
import { wholeText } from '../text/wholeText.ts';
import { baseName, isWithin, resolvePath } from './paths.ts';

/** A file of the project, or a text inside one (a here-document), that is a file in the container. */
export interface ContainerFile {
  /** Key of `ProjectFiles.texts`. */
  readonly path: string;
  readonly text: MappedText;
}

/** Reads a project file; asked for a missing one it notes that the checks want it. */
export type ReadFile = (path: string) => string | undefined;

/** Finds out which project file lies at a path of the image that a stage builds. */
export class ImageFiles {
  readonly #dockerfile: Dockerfile;
  readonly #dockerfilePath: string;
  readonly #contexts: readonly string[];
  readonly #read: ReadFile;

  /** `contexts`: the build context, or the folders that may be it, likeliest first. */
  constructor(dockerfile: Dockerfile, dockerfilePath: string, contexts: readonly string[], read: ReadFile) {
    this.#dockerfile = dockerfile;
    this.#dockerfilePath = dockerfilePath;
    this.#contexts = contexts;
    this.#read = read;
  }

  /** The file at an absolute path of the image that `stage` builds. */
  find(stage: Stage, imagePath: string, depth = 0): ContainerFile | undefined {
    if (depth > maxDepth) return undefined;
    for (const link of stageChain(stage).toReversed()) {
      const states = stageStates(link);
      for (let index = link.instructions.length - 1; index >= 0; index--) {
        const instruction = link.instructions[index];
        const state = states[index];
        if (instruction === undefined || state === undefined) continue;
        const found =
          instruction.keyword === 'COPY' || instruction.keyword === 'ADD'
            ? this.#copied(instruction, state, imagePath, depth)
            : instruction.keyword === 'RUN'
              ? this.#written(link, instruction, state, imagePath, depth)
              : undefined;
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #copied(instruction: Instruction, state: StageState, imagePath: string, depth: number): ContainerFile | undefined {
    const expand = (text: string): string => expandVariables(text, (name) => state.variables.get(name));
    const words = copyWords(instruction).map(expand);
    const destination = words.pop();
    if (destination === undefined) return undefined;
    const isFolder = destination.endsWith('/') || destination === '.' || destination.endsWith('/.') || words.length > 1;
    const target = resolvePath(state.workdir, destination);
    if (!isWithin(target, imagePath)) return undefined;
    for (const heredoc of instruction.heredocs) {
      const inFolder = isFolder ? resolvePath(target, heredoc.name) : target;
      if (inFolder === imagePath) return { path: this.#dockerfilePath, text: instruction.heredocText(heredoc) };
    }
    const from = instruction.flag('from')?.value;
    const rest = imagePath.slice(target === '/' ? 0 : target.length).replace(/^\//, '');
    for (const source of words) {
      if (source.startsWith('<<') || /^[a-z]+:\/\//i.test(source)) continue;
      for (const candidate of sourceCandidates(source, rest, isFolder)) {
        const found = from === undefined ? this.#inContext(candidate) : this.#inStage(from, candidate, depth);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #inContext(source: string): ContainerFile | undefined {
    for (const context of this.#contexts) {
      const path = resolvePath(context, source.replace(/^\/+/, ''));
      const text = this.#read(path);
      if (text !== undefined) return { path, text: wholeText(text) };
    }
    return undefined;
  }

  #inStage(from: string, path: string, depth: number): ContainerFile | undefined {
    const stages = stagesOf(this.#dockerfile);
    const stage =
      stages.findLast((candidate) => candidate.name === from.toLowerCase()) ??
      (/^\d+$/.test(from) ? stages[Number(from)] : undefined);
    return stage === undefined ? undefined : this.find(stage, resolvePath('/', path), depth + 1);
  }

  /** Files that a RUN makes: links, copies, and here-documents written to a file. */
  #written(
    stage: Stage,
    instruction: Instruction,
    state: StageState,
    imagePath: string,
    depth: number,
  ): ContainerFile | undefined {
    if (!instruction.body.text.includes(baseName(imagePath))) return undefined;
    const command = commandOf(instruction);
    if (command?.form !== 'shell') return undefined;
    for (const { words, redirects } of parseShell(command.text).commands.toReversed()) {
      const heredoc = redirects.find((redirect) => redirect.body !== undefined);
      const output = redirects.find((redirect) => redirect.operator === '>' || redirect.operator === '>>')?.target;
      const { name, argv } = unwrapCommand(words);
      const file =
        name === 'tee'
          ? argv.find((word, index) => index > 0 && !word.value.startsWith('-'))
          : name === 'cat'
            ? output
            : undefined;
      if (heredoc?.body !== undefined && file !== undefined && resolvePath(state.workdir, file.value) === imagePath) {
        return { path: this.#dockerfilePath, text: heredoc.body };
      }
      if (name !== 'ln' && name !== 'cp' && name !== 'mv' && name !== 'install') continue;
      const operands = argv.slice(1).filter((word) => !word.value.startsWith('-'));
      const to = operands.at(-1);
      const source = operands.at(-2);
      if (to === undefined || source === undefined) continue;
      const target = resolvePath(state.workdir, to.value);
      const made = to.value.endsWith('/') ? resolvePath(target, baseName(source.value)) : target;
      if (made !== imagePath && resolvePath(target, baseName(source.value)) !== imagePath) continue;
      const origin = resolvePath(state.workdir, source.value);
      if (origin !== imagePath) return this.find(stage, origin, depth + 1);
    }
    return undefined;
  }
}

const maxDepth = 8;
function copyWords(instruction: Instruction): string[] {
  const json = instruction.body.text.startsWith('[') ? readJsonWords(instruction.body) : undefined;
  return (json ?? instruction.words).map((word) => word.value);
}

/** Where in its origin the file may lie that ends up at `rest` below the destination. */
function sourceCandidates(source: string, rest: string, isFolder: boolean): readonly string[] {
  if (rest === '') return isFolder ? [] : [source];
  if (/[*?[]/.test(source)) {
    const folder = source.includes('/') ? source.slice(0, source.lastIndexOf('/')) : '.';
    return globMatches(baseName(source), rest.split('/')[0] ?? '') ? [`${folder}/${rest}`] : [];
  }
  const asFolder = `${source}/${rest}`;
  return rest === baseName(source) ? [source, asFolder] : [asFolder];
}

function globMatches(pattern: string, name: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  try {
    return new RegExp(`^${expression}$`).test(name);
  } catch {
    return false;
  }
}
