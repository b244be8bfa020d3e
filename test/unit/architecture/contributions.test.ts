import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { keptBundles, otherBundles } from '../../../src/build.mts';
import { commandIds } from '../../../src/ui/commands/commandIds.ts';
import { projectRoot, sourceFiles } from './sourceFiles.ts';

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}

interface Manifest {
  readonly icon: string;
  readonly main: string;
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string; readonly enablement?: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly description?: string }>> };
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly languages: readonly { readonly id: string }[];
    readonly grammars: readonly { readonly language: string; readonly scopeName: string; readonly path: string }[];
  };
}

const manifest: Manifest = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
const { contributes } = manifest;
const userInterface = sourceFiles('src').filter(
  ({ path: file }) => file.startsWith('src/ui/') || file === 'src/extension.ts',
);
const code = userInterface.map(({ text }) => text).join('\n');

const menuItems = Object.values(contributes.menus).flat();
const conditions = [
  ...menuItems.flatMap(({ when }) => when ?? []),
  ...contributes.commands.flatMap(({ enablement }) => enablement ?? []),
];

/** Context keys that VS Code itself sets, and what it reads as a value. */
const editorKeys = [
  'editorIsOpen',
  'false',
  'isWorkspaceTrusted',
  'resourceFilename',
  'resourceLangId',
  'view',
  'viewItem',
  'workspaceFolderCount',
];

describe('package.json and the code', () => {
  it('name the same commands', () => {
    const contributed = contributes.commands.map(({ command }) => command);
    assert.deepEqual(contributed.toSorted(), Object.values(commandIds).toSorted());
    assert.equal(new Set(contributed).size, contributed.length);
  });

  it('group every command under one name', () => {
    assert.deepEqual([...new Set(contributes.commands.map(({ category }) => category))], ['OpenClaw VM']);
  });

  it('put only commands into menus that there are', () => {
    const known: readonly string[] = Object.values(commandIds);
    assert.deepEqual(
      menuItems.map(({ command }) => command).filter((command) => !known.includes(command)),
      [],
    );
  });

  it('link only commands from the welcome text that there are', () => {
    const known: readonly string[] = Object.values(commandIds);
    const linked = contributes.viewsWelcome.flatMap(({ contents }) => [...contents.matchAll(/\(command:([^)?]+)/g)]);
    assert.ok(linked.length > 0);
    for (const [, command] of linked) assert.ok(known.includes(command ?? ''), `${command} in the welcome text`);
  });

  it('name the same views', () => {
    const views = Object.values(contributes.views)
      .flat()
      .map(({ id }) => id);
    const created = [...code.matchAll(/ViewId = '([^']+)'/g)].map(([, id]) => id);
    assert.deepEqual(created.toSorted(), views.toSorted());
    for (const { view } of contributes.viewsWelcome) assert.ok(views.includes(view), view);
    for (const container of Object.keys(contributes.views)) {
      assert.ok(contributes.viewsContainers.activitybar.some(({ id }) => id === container));
    }
  });

  it('name the same settings', () => {
    assert.deepEqual(settingsInCode().toSorted(), Object.keys(contributes.configuration.properties).toSorted());
  });

  it('describe every setting', () => {
    for (const [key, setting] of Object.entries(contributes.configuration.properties)) {
      assert.ok('description' in setting || 'markdownDescription' in setting, key);
    }
  });

  it('use only context keys that somebody sets', () => {
    const set = [...code.matchAll(/ContextKey = '([^']+)'/g)].map(([, key]) => key);
    const used = new Set(conditions.flatMap(contextKeys));
    assert.deepEqual(
      [...used].filter((key) => !editorKeys.includes(key) && !set.includes(key)),
      [],
    );
    for (const key of set) assert.ok(used.has(key ?? ''), `${key} is set, but nothing asks for it`);
  });

  it('compare tree items only with values that the tree gives', () => {
    const values = contextValues();
    const patterns = conditions.flatMap((when) =>
      [...when.matchAll(/viewItem =~ \/(.+?)\/(?= |$|\))/g)].map(([, p]) => p),
    );
    const exact = conditions.flatMap((when) => [...when.matchAll(/viewItem == ([\w.]+)/g)].map(([, value]) => value));
    assert.ok(patterns.length > 0 && exact.length > 0);
    for (const pattern of patterns) {
      assert.ok(
        values.some((value) => new RegExp(pattern ?? '').test(value)),
        `nothing matches ${pattern}`,
      );
    }
    for (const value of exact) assert.ok(values.includes(value ?? ''), `no tree item is a ${value}`);
  });

  it('open logs in a language that has a grammar', () => {
    const [language] = contributes.languages;
    const [grammar] = contributes.grammars;
    assert.equal(language?.id, 'openclaw-gateway-log');
    assert.ok(code.includes(`'${language?.id}'`));
    assert.equal(grammar?.language, language?.id);
    const { scopeName } = JSON.parse(readFileSync(path.join(projectRoot, grammar?.path ?? ''), 'utf8'));
    assert.equal(scopeName, grammar?.scopeName);
  });

  it('point to pictures that exist', () => {
    for (const file of [manifest.icon, ...contributes.viewsContainers.activitybar.map(({ icon }) => icon)]) {
      assert.ok(existsSync(path.join(projectRoot, file)), file);
    }
  });

  it('load what activation does not need from bundles of their own', () => {
    const sources = JSON.parse(readFileSync(path.join(projectRoot, 'src/package.json'), 'utf8')).imports;
    const bundles = { ...keptBundles, ...otherBundles };
    for (const [name, file] of Object.entries(sources))
      assert.equal(`./${bundles[name.slice(1)]}`, `./src/${String(file).slice(2)}`);
  });

  it('do not activate for everything', () => {
    assert.ok(!manifest.activationEvents.includes('*'));
    assert.ok(!manifest.activationEvents.includes('onStartupFinished'));
  });
});

/** `getConfiguration('openclawVm.lint', …).get('enabled')`, with section and key as literals or constants of the same file. */
function settingsInCode(): string[] {
  const found = new Set<string>();
  for (const { text } of userInterface) {
    const sections = [...text.matchAll(/getConfiguration\((?:'([^']+)'|(\w+))/g)].map((match) => literal(text, match));
    const keys = [...text.matchAll(/\.get<unknown>\((?:'([^']+)'|(\w+))\)/g)].map((match) => literal(text, match));
    const [section] = sections;
    if (section === undefined) continue;
    assert.equal(new Set(sections).size, 1, 'one section for each file keeps this test simple');
    for (const key of keys) found.add(`${section}.${key}`);
  }
  return [...found];
}

function literal(text: string, [, quoted, constant]: RegExpMatchArray): string {
  return quoted ?? new RegExp(`const ${constant} = '([^']+)'`).exec(text)?.[1] ?? `unknown constant ${constant}`;
}

/** The identifiers of a `when` clause: what is left without strings, patterns, numbers and right-hand sides. */
function contextKeys(when: string): string[] {
  const keys = when
    .replace(/=~ \/.+?\/(?= |$|\))/g, '')
    .replace(/[!=]=\s*[\w.-]+/g, '')
    .match(/[A-Za-z][\w.]*/g);
  return keys ?? [];
}

/** What `contextValue` can be, written out. */
function contextValues(): string[] {
  const kinds = ['localEngine', 'vm'];
  const machineNode = userInterface.find(({ path: file }) => file.endsWith('/machineNode.ts'))?.text ?? '';
  const states = /contextState: [^=]+= \{([^}]+)\}/.exec(machineNode)?.[1] ?? '';
  const machine = [...states.matchAll(/: '(\w+)'/g)].flatMap(([, state]) => kinds.map((kind) => `${kind}.${state}`));
  const others = [...code.matchAll(/contextValue(?: =|:) ([^;,]+)[;,]/g)].flatMap(([, expression]) => [
    ...(expression ?? '').matchAll(/'([^']+)'/g),
  ]);
  const containers = [...code.matchAll(/: '(container\.[\w.]+)'/g)].map(([, value]) => value ?? '');
  return [...machine, ...containers, ...others.map(([, value]) => value ?? '')];
}
