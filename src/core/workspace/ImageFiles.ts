import { commandOf, readJsonWords } from '../dockerfile/commandOf.ts';
import { expandVariables } from '../dockerfile/expandVariables.ts';
import type { Instruction } from '../dockerfile/Instruction.ts';
import type { Dockerfile } from '../dockerfile/parseDockerfile.ts';
import { type StageState, stageStates } from '../dockerfile/stageStates.ts';
import { type Stage, stageChain, stagesOf } from '../dockerfile/stages.ts';
import { parseShell } from '../shell/parseShell.ts';
import { unwrapCommand } from '../shell/unwrapCommand.ts';
import { type MappedText, MappedTextBuilder } from '../text/MappedText.ts';
import { baseName, isWithin, resolvePath } from './paths.ts';
import { printedText } from './printedText.ts';

/** A file of the project, or a text inside one (a here-document), that is a file in the container. */
export interface ContainerFile {
  /** Key of `ProjectFiles.texts`. */
  readonly path: string;
  readonly text: MappedText;
}

/** Reads a project file; asked for a missing one it notes that the checks want it. */
export type ReadFile = (path: string) => MappedText | undefined;

/** Finds out which project file lies at a path of the image that a stage builds. */
export class ImageFiles {
  readonly #dockerfile: Dockerfile;
  readonly #dockerfilePath: string;
  readonly #contexts: readonly string[];
  readonly #read: ReadFile;
  #lastNamed = { file: '', isNamed: true };

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
    // A RUN that makes the file names it.
    const isNamed = this.#names(baseName(imagePath));
    for (const link of stageChain(stage).toReversed()) {
      for (const step of fileSteps(link)) {
        if (step.kind === 'run' && !isNamed) continue;
        const found =
          step.kind === 'copy' ? this.#copied(step, imagePath, depth) : this.#written(link, step, imagePath, depth);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  /** The Dockerfile names a file: programs are looked for in several folders one after the other. */
  #names(file: string): boolean {
    if (this.#lastNamed.file !== file) this.#lastNamed = { file, isNamed: this.#dockerfile.text.includes(file) };
    return this.#lastNamed.isNamed;
  }

  /** Paths below a folder of the image that COPY and ADD fill from the build context with these project files. */
  pathsBelow(stage: Stage, folder: string, projectPaths: Iterable<string>): readonly string[] {
    const all = [...projectPaths];
    const found: string[] = [];
    for (const step of stageChain(stage).flatMap(fileSteps)) {
      if (step.kind !== 'copy' || step.from !== undefined) continue;
      for (const context of this.#contexts) {
        for (const source of step.sources) {
          const from = resolvePath(context, source.replace(/^\/+/, ''));
          for (const path of all) {
            if (!isWithin(from, path)) continue;
            const rest = path === from ? (step.isFolder ? `/${baseName(path)}` : '') : path.slice(from.length);
            const inImage = resolvePath('/', step.target + (from === '/' ? path : rest));
            if (isWithin(folder, inImage)) found.push(inImage);
          }
        }
      }
    }
    return found;
  }

  #copied(copy: CopyStep, imagePath: string, depth: number): ContainerFile | undefined {
    const { instruction, target, isFolder, sources, from } = copy;
    if (!isWithin(target, imagePath)) return undefined;
    for (const heredoc of instruction.heredocs) {
      const inFolder = isFolder ? resolvePath(target, heredoc.name) : target;
      if (inFolder === imagePath) return { path: this.#dockerfilePath, text: instruction.heredocText(heredoc) };
    }
    const rest = imagePath.slice(target === '/' ? 1 : target.length + 1);
    for (const source of sources) {
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
      if (text !== undefined) return { path, text };
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

  /** Files that a RUN makes: links, copies, here-documents written to a file, and what `echo` and `printf` write. */
  #written(stage: Stage, { instruction, state }: RunStep, imagePath: string, depth: number): ContainerFile | undefined {
    if (!instruction.body.text.includes(baseName(imagePath))) return undefined;
    const command = commandOf(instruction);
    if (command?.form !== 'shell') return undefined;
    for (const made of parseShell(command.text).commands.toReversed()) {
      const { words, redirects } = made;
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
      if (
        (name === 'echo' || name === 'printf') &&
        output !== undefined &&
        resolvePath(state.workdir, output.value) === imagePath
      ) {
        return this.#printed(stage, imagePath);
      }
      if (name !== 'ln' && name !== 'cp' && name !== 'mv' && name !== 'install') continue;
      const operands = argv.slice(1).filter((word) => !word.value.startsWith('-'));
      const to = operands.at(-1);
      const source = operands.at(-2);
      if (to === undefined || source === undefined) continue;
      const target = resolvePath(state.workdir, to.value);
      const path = to.value.endsWith('/') ? resolvePath(target, baseName(source.value)) : target;
      if (path !== imagePath && resolvePath(target, baseName(source.value)) !== imagePath) continue;
      const origin = resolvePath(state.workdir, source.value);
      if (origin !== imagePath) return this.find(stage, origin, depth + 1);
    }
    return undefined;
  }

  /** A file that the RUNs of a stage write line by line: `echo … > file`, `printf … >> file`. */
  #printed(stage: Stage, imagePath: string): ContainerFile | undefined {
    let parts: MappedText[] = [];
    for (const step of fileSteps(stage).toReversed()) {
      const command = step.kind === 'run' ? commandOf(step.instruction) : undefined;
      if (step.kind !== 'run' || command?.form !== 'shell' || !command.text.text.includes(baseName(imagePath)))
        continue;
      for (const made of parseShell(command.text).commands) {
        const output = made.redirects.find(({ operator }) => operator === '>' || operator === '>>');
        if (output?.target === undefined || resolvePath(step.state.workdir, output.target.value) !== imagePath)
          continue;
        const text = printedText(made) ?? made.redirects.find(({ body }) => body !== undefined)?.body;
        if (output.operator === '>') parts = [];
        if (text !== undefined) parts.push(text);
      }
    }
    const [first] = parts;
    if (first === undefined) return undefined;
    if (parts.length === 1) return { path: this.#dockerfilePath, text: first };
    const builder = new MappedTextBuilder(first.sourceOffset(0));
    for (const part of parts) {
      for (let at = 0; at < part.text.length; at++) builder.appendAt(part.text[at] ?? '', part.sourceOffset(at));
    }
    return { path: this.#dockerfilePath, text: builder.build() };
  }
}

interface CopyStep {
  readonly kind: 'copy';
  readonly instruction: Instruction;
  /** Absolute, in the image. */
  readonly target: string;
  readonly isFolder: boolean;
  readonly sources: readonly string[];
  readonly from: string | undefined;
}

interface RunStep {
  readonly kind: 'run';
  readonly instruction: Instruction;
  readonly state: StageState;
}

/** The instructions of a stage that make files, the last one first: it covers what came before. */
function fileSteps(stage: Stage): readonly (CopyStep | RunStep)[] {
  return stage.remember(findFileSteps);
}

function findFileSteps(stage: Stage): readonly (CopyStep | RunStep)[] {
  const states = stageStates(stage);
  const steps: (CopyStep | RunStep)[] = [];
  for (const [index, instruction] of stage.instructions.entries()) {
    const state = states[index];
    const step = state === undefined ? undefined : fileStep(instruction, state);
    if (step !== undefined) steps.push(step);
  }
  return steps.reverse();
}

function fileStep(instruction: Instruction, state: StageState): CopyStep | RunStep | undefined {
  if (instruction.keyword === 'RUN') return { kind: 'run', instruction, state };
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return undefined;
  const words = copyWords(instruction).map((word) => expandVariables(word, (name) => state.variables.get(name)));
  const destination = words.pop();
  if (destination === undefined) return undefined;
  return {
    kind: 'copy',
    instruction,
    target: resolvePath(state.workdir, destination),
    isFolder: destination.endsWith('/') || destination === '.' || destination.endsWith('/.') || words.length > 1,
    sources: words.filter((source) => !source.startsWith('<<') && !/^[a-z]+:\/\//i.test(source)),
    from: instruction.flag('from')?.value,
  };
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
