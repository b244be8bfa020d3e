import type { Instruction } from '../../dockerfile/Instruction.ts';
import type { Dockerfile } from '../../dockerfile/parseDockerfile.ts';
import type { TextEdit } from '../../text/TextEdit.ts';
import type { TextRange } from '../../text/TextRange.ts';
import type { ProjectModel, ProjectService } from '../../workspace/ProjectModel.ts';
import { baseName, parentFolder } from '../../workspace/paths.ts';
import type { FileEdits, Fix } from '../Problem.ts';
import { ComposeEdits } from './composeEdits.ts';

/** Takes the value of an ENV or ARG out of the image; where compose runs it, compose passes the variable from `.env` instead. */
export function secretVariableFixes(
  project: ProjectModel,
  path: string,
  instruction: Instruction,
  variable: { readonly name: string; readonly range: TextRange },
): readonly Fix[] {
  const dockerfile = project.dockerfiles.find((known) => known.path === path)?.dockerfile;
  if (dockerfile === undefined) return [];
  const { name, range } = variable;
  if (instruction.keyword === 'ARG') {
    const edit = { range: { start: range.start - 1, end: range.end }, newText: '' };
    return [{ title: `Give ${name} no value in the Dockerfile`, edits: [{ path, edits: [edit] }] }];
  }
  const passed: FileEdits[] = [];
  for (const { path: composePath, compose, service } of servicesOf(project, path)) {
    if (service.environment.some((known) => known.name === name)) continue;
    const edit = new ComposeEdits(compose.text).addVariable(service.name, name, `\${${name}:?set it in .env}`);
    // Where one service would go without it the person has to say how it gets it.
    if (edit === undefined || passed.some((file) => file.path === composePath)) return [];
    passed.push({ path: composePath, edits: [edit] });
  }
  const taken = withoutWord(dockerfile, instruction, range);
  const how = passed.length === 0 ? '' : '; compose passes it from .env';
  return [{ title: `Take ${name} out of the image${how}`, edits: [{ path, edits: [taken] }, ...passed] }];
}

/** Takes an env file out of a COPY; compose passes it at run time. */
export function secretFileFixes(
  project: ProjectModel,
  path: string,
  instruction: Instruction,
  source: { readonly range: TextRange; readonly value: string; readonly file: string },
): readonly Fix[] {
  const dockerfile = project.dockerfiles.find((known) => known.path === path)?.dockerfile;
  const name = baseName(source.file);
  if (dockerfile === undefined || !/^\.env/.test(name) || instruction.body.text.startsWith('[')) return [];
  const passed: FileEdits[] = [];
  for (const { path: composePath, compose, service } of servicesOf(project, path)) {
    if (service.envFiles.length > 0) continue;
    const isBeside = parentFolder(composePath) === parentFolder(source.file);
    const edit = isBeside ? new ComposeEdits(compose.text).addKey(service.name, 'env_file', name) : undefined;
    if (edit === undefined || passed.some((file) => file.path === composePath)) return [];
    passed.push({ path: composePath, edits: [edit] });
  }
  const taken = withoutWord(dockerfile, instruction, source.range);
  const how = passed.length === 0 ? '' : '; compose passes it';
  return [{ title: `Take ${name} out of the image${how}`, edits: [{ path, edits: [taken] }, ...passed] }];
}

/** One more line in the `.dockerignore` that is there. */
export function ignoreFileFixes(project: ProjectModel, path: string | undefined, file: string): readonly Fix[] {
  const text = path === undefined ? undefined : project.read(path);
  if (path === undefined || text === undefined) return [];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' || text.endsWith('\n') ? '' : newline;
  const edit = { range: { start: text.length, end: text.length }, newText: `${gap}${file}${newline}` };
  return [{ title: `Name ${file} in ${baseName(path)}`, edits: [{ path, edits: [edit] }] }];
}

function servicesOf(project: ProjectModel, dockerfilePath: string): readonly ProjectService[] {
  return project.images.filter((image) => image.path === dockerfilePath).flatMap((image) => image.services);
}

/** Takes out a word of an instruction that has others beside it, else the whole instruction with its line. */
function withoutWord({ text }: Dockerfile, instruction: Instruction, range: TextRange): TextEdit {
  const { keyword, words } = instruction;
  const isOldForm = keyword === 'ENV' && words[0]?.value.includes('=') === false;
  const word = words.find((known) => known.range.start <= range.start && range.end <= known.range.end);
  const others = words.length - (keyword === 'ENV' ? 1 : 2);
  if (word !== undefined && !isOldForm && others > 0) {
    const before = words[words.indexOf(word) - 1];
    const after = words[words.indexOf(word) + 1];
    if (before !== undefined) return { range: { start: before.range.end, end: word.range.end }, newText: '' };
    return { range: { start: word.range.start, end: after?.range.start ?? word.range.end }, newText: '' };
  }
  const start = text.lastIndexOf('\n', instruction.range.start - 1) + 1;
  const lineEnd = text.indexOf('\n', instruction.range.end);
  return { range: { start, end: lineEnd === -1 ? text.length : lineEnd + 1 }, newText: '' };
}
