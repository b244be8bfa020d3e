import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { builtInCatalog } from '../../../../src/core/binaries/BinaryCatalog.ts';
import { catalog } from '../../../../src/core/binaries/catalog.ts';
import { readBinaryEntries } from '../../../../src/core/binaries/readBinaryEntries.ts';

const read = (path: string) => JSON.parse(readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8'));
const schema = read('media/openclaw-vm.binaries.schema.json');
const data = read('src/core/binaries/catalog.json');

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
// What only editors read.
for (const keyword of ['defaultSnippets', 'enumDescriptions', 'patternErrorMessage']) ajv.addKeyword(keyword);
const isValid = ajv.compile(schema);

describe('the catalog', () => {
  it('is as the schema has it', () => assert.ok(isValid(data), JSON.stringify(isValid.errors, undefined, 2)));
  it('is understood whole by the reader of people’s own entries', () => {
    const { binaries, problems } = readBinaryEntries(data);
    assert.deepEqual(problems, []);
    assert.deepEqual(binaries, catalog());
  });
  it('knows a binary by its name', () => assert.equal(builtInCatalog.find('gog')?.version, '0.37.0'));
  it('has no name twice', () => assert.equal(new Set(catalog().map(({ name }) => name)).size, catalog().length));
  it('says for each binary what it is and where that can be checked', () => {
    for (const { name, summary, evidence } of catalog()) assert.ok(summary !== '' && evidence !== '', name);
  });
  it('probes the binary itself', () => {
    for (const { name, versionProbe } of catalog()) if (versionProbe !== undefined) assert.equal(versionProbe[0], name);
  });
  it('compares each download with a digest, or with the checksums of its release', () => {
    const unchecked = catalog().filter(
      ({ source }) =>
        (source.kind === 'githubRelease' || source.kind === 'download') &&
        source.checksums === undefined &&
        Object.values(source.assets).some(({ sha256, checksums }) => sha256 === undefined && checksums === undefined),
    );
    assert.deepEqual(
      unchecked.map(({ name }) => name),
      [],
    );
  });
});

describe('the setting openclawVm.binaries', () => {
  it('has the schema of the file’s entries', () => {
    const { contributes } = read('package.json');
    const setting = contributes.configuration.properties['openclawVm.binaries'];
    assert.deepEqual(setting.items, schema.properties.binaries.items);
  });
  it('and the file are checked by the editor', () => {
    const { contributes } = read('package.json');
    assert.deepEqual(contributes.jsonValidation, [
      { fileMatch: 'openclaw-vm.binaries.json', url: './media/openclaw-vm.binaries.schema.json' },
    ]);
  });
});

describe('people’s own entries', () => {
  const entries: readonly Record<string, unknown>[] = data.binaries;
  const keys = fc.constantFrom(
    ...['name', 'version', 'source', 'kind', 'assets', 'amd64', 'sha256', 'persist', 'package', 'repository', 'extra'],
  );
  const values = fc.oneof(
    fc.constantFrom<unknown>('', 'a', 'a b', '1.0', 'v{version}', 'o/r', 'https://a.b/c', 'npm', 'none', null, true, 3),
    fc.constantFrom<unknown>([], ['x'], {}, { kind: 'npm', package: 'p' }, { name: 'x' }, { amd64: { name: 'x' } }),
    fc.string(),
  );

  it('count exactly where the schema allows them, whatever was changed in them', () => {
    const changes = fc.array(fc.tuple(fc.nat(), keys, values), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.constantFrom(...entries), changes, (entry, edits) => {
        const changed = structuredClone(entry);
        for (const [where, key, value] of edits) {
          const objects = objectsIn(changed);
          const target = objects[where % objects.length] as Record<string, unknown>;
          if (value === null && key in target) delete target[key];
          else target[key] = structuredClone(value);
        }
        const { binaries, problems } = readBinaryEntries({ binaries: [changed] });
        assert.equal(binaries.length === 1, isValid({ binaries: [changed] }), JSON.stringify(changed));
        assert.equal(problems.length === 0, binaries.length === 1);
      }),
      { numRuns: 400 },
    );
  });

  const problemsOf = (...binaries: readonly unknown[]) => readBinaryEntries({ binaries }).problems;
  const npm = { name: 'tool', version: '1.0.0', source: { kind: 'npm', package: 'tool' } };

  for (const [what, entry, path, message] of [
    [
      'a missing version',
      { name: 'tool', source: npm.source },
      [],
      'The entry lacks "version". The entry "tool" is left out.',
    ],
    [
      'an unknown field',
      { ...npm, sumary: 'x' },
      ['sumary'],
      'There is no field "sumary" here: remove it, or correct its name. The entry "tool" is left out.',
    ],
    ['a wrong type', { ...npm, skills: 'x' }, ['skills'], '"skills" must be a list. The entry "tool" is left out.'],
    [
      'an unknown kind',
      { ...npm, source: { kind: 'brew' } },
      ['source', 'kind'],
      '"source.kind" must be one of githubRelease, download, apt, npm, go, uv, pip, base, none. The entry "tool" is left out.',
    ],
    [
      'a field of another kind',
      { ...npm, source: { ...npm.source, reason: 'x' } },
      ['source', 'reason'],
      '"reason" does not belong to a source of this kind: remove it, or correct the kind. The entry "tool" is left out.',
    ],
    [
      'a name that a shell would not take',
      { ...npm, name: 'a;b' },
      ['name'],
      '"name" must be a command\'s name of letters, digits and . _ + -. The entry "a;b" is left out.',
    ],
    ['no object', 3, [], 'The entry must be an object. The entry is left out.'],
  ] as const) {
    it(`say what is wrong: ${what}`, () => {
      assert.deepEqual(
        problemsOf(entry).map(({ path: found, message: text }) => ({ path: found, message: text })),
        [{ path: ['binaries', 0, ...path], message }],
      );
    });
  }

  it('make one catalog, however often they are asked for', () => {
    const { binaries } = readBinaryEntries({ binaries: [npm] });
    assert.equal(builtInCatalog.with(binaries), builtInCatalog.with(binaries));
    assert.notEqual(builtInCatalog.with(binaries), builtInCatalog.with([...binaries]));
  });

  it('count beside a wrong one', () => {
    const { binaries, problems } = readBinaryEntries({ binaries: [{ name: 'bad' }, npm] });
    assert.deepEqual(binaries, [{ summary: '', skills: [], evidence: '', ...npm }]);
    assert.equal(problems.length, 1);
  });

  it('count once, where a name is there twice', () => {
    const { binaries, problems } = readBinaryEntries({ binaries: [npm, { ...npm, version: '2.0.0' }] });
    assert.deepEqual(
      binaries.map(({ version }) => version),
      ['1.0.0'],
    );
    assert.match(problems[0]?.message ?? '', /two entries "tool"/);
  });

  it('are none where the whole is something else', () => {
    for (const value of [null, 3, [], {}, { binaries: {} }]) {
      const { binaries, problems } = readBinaryEntries(value);
      assert.equal(binaries.length, 0);
      assert.ok(
        problems.length > 0 && problems.every(({ message }) => message.endsWith('None of the entries counts.')),
      );
    }
  });
});

function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}
