import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import fileSchema from '../../../media/openclaw-vm.binaries.schema.json' with { type: 'json' };
import type { CatalogBinary } from './catalog.ts';

/** A mistake in entries that a person wrote. */
export interface EntryProblem {
  /** Keys and indexes from the outermost value to the one that is wrong. */
  readonly path: readonly (string | number)[];
  /** The key is wrong, not its value. */
  readonly isKey?: boolean;
  /** What is wrong, what it should be, and what becomes of the entry. */
  readonly message: string;
}

export interface ReadEntries {
  readonly binaries: readonly CatalogBinary[];
  readonly problems: readonly EntryProblem[];
}

/**
 * Reads a value of the shape `{ "binaries": [entry…] }`, as in media/openclaw-vm.binaries.schema.json. An entry that is wrong is left
 * out with at least one problem; all others count.
 */
export function readBinaryEntries(value: unknown): ReadEntries {
  const problems = problemsIn(value);
  if (!isRecord(value) || !Array.isArray(value['binaries'])) return { binaries: [], problems };
  const wrong = new Set(problems.map(({ path }) => (path[0] === 'binaries' ? path[1] : undefined)));
  const binaries = new Map<string, CatalogBinary>();
  for (const [index, entry] of value['binaries'].entries()) {
    if (wrong.has(index)) continue;
    // The schema says that it is one; what a catalog entry always has is filled in.
    const binary: CatalogBinary = { summary: '', skills: [], evidence: '', ...(entry as WrittenEntry) };
    if (binaries.has(binary.name)) {
      const message = `There are two entries "${binary.name}": the first one counts. Remove one of them.`;
      problems.push({ path: ['binaries', index, 'name'], message });
    } else binaries.set(binary.name, binary);
  }
  return { binaries: [...binaries.values()], problems };
}

type WrittenEntry = Pick<CatalogBinary, 'name' | 'source'> & Partial<CatalogBinary>;

let validator: Validator | undefined;

function problemsIn(value: unknown): EntryProblem[] {
  // Without short cuts: every mistake is worth a line.
  validator ??= new Validator(fileSchema as Schema, '7', false);
  const problems = new Map<string, EntryProblem>();
  for (const unit of validator.validate(value).errors) {
    const path = pathOf(unit.instanceLocation, value);
    const problem = explain(unit, path, value);
    // Where a value has the wrong type, nothing else about it is news.
    if (problem !== undefined && !problems.has(unit.instanceLocation)) problems.set(unit.instanceLocation, problem);
  }
  return [...problems.values()];
}

/** `undefined` for units that only say that something inside them is wrong. */
function explain({ keyword, keywordLocation }: OutputUnit, path: EntryProblem['path'], value: unknown) {
  const found = valueAt(value, path);
  const schema = valueAt(fileSchema, keywordLocation.split('/').slice(1, -1));
  const what = describe(path);
  const say = (text: string, isKey?: true): EntryProblem => ({
    path,
    ...(isKey && { isKey }),
    message: `${text}${consequence(path, value)}`,
  });
  const rule = isRecord(schema) ? schema[keyword] : undefined;
  switch (keyword) {
    case 'type':
      return say(`${what} must be ${typeNames[String(rule)] ?? String(rule)}.`);
    case 'pattern':
      return say(`${what} must be ${String((schema as { patternErrorMessage?: string }).patternErrorMessage)}.`);
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return say(`${what} must not be empty.`);
    case 'false':
      return say(`There is no field "${path.at(-1)}" here: remove it, or correct its name.`, true);
    case 'required': {
      const missing = (rule as readonly string[]).filter((key) => !isRecord(found) || !Object.hasOwn(found, key));
      return say(`${what} lacks ${missing.map((key) => `"${key}"`).join(' and ')}.`);
    }
    case 'enum':
      return keywordLocation.endsWith('/propertyNames/enum')
        ? say(`"${path.at(-1)}" does not belong to a source of this kind: remove it, or correct the kind.`, true)
        : say(`${what} must be one of ${(rule as readonly string[]).join(', ')}.`);
    default:
      return undefined;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  object: 'an object',
  string: 'a text',
};

function describe(path: EntryProblem['path']): string {
  if (path.length === 0) return 'The whole';
  if (path.length === 2 && typeof path[1] === 'number') return 'The entry';
  return `"${path.slice(path.length > 2 ? 2 : 0).join('.')}"`;
}

function consequence([first, index]: EntryProblem['path'], value: unknown): string {
  if (first !== 'binaries' || typeof index !== 'number') return ' None of the entries counts.';
  const name = valueAt(value, ['binaries', index, 'name']);
  return typeof name === 'string' && name !== '' ? ` The entry "${name}" is left out.` : ' The entry is left out.';
}

/** A JSON pointer such as `#/binaries/0/name`, as keys and indexes. */
function pathOf(pointer: string, value: unknown): (string | number)[] {
  const path: (string | number)[] = [];
  for (const token of pointer.split('/').slice(1)) {
    const key = decodeURI(token).replaceAll('%23', '#').replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(valueAt(value, path)) ? Number(key) : key);
  }
  return path;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at)) at = at[Number(key)];
    else if (isRecord(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return at;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
