import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtInCatalog } from '../../../../src/core/binaries/BinaryCatalog.ts';
import { binaryAt } from '../../../../src/core/binaries/binaryAt.ts';
import { catalog } from '../../../../src/core/binaries/catalog.ts';
import { describeBinary } from '../../../../src/core/binaries/describeBinary.ts';

describe('binaryAt', () => {
  const dockerfile = 'FROM node:24\n# openclaw-vm: gog 0.37.0\nARG TARGETARCH\nRUN set -eu; \\\n  true\nCMD ["gog"]\n';
  const at = (path: string, text: string, piece: string): string | undefined =>
    binaryAt(path, text, text.indexOf(piece) + 1)?.binary.name;

  it('finds the binary of a stanza, from its comment to its last line', () => {
    assert.equal(at('/p/Dockerfile', dockerfile, 'openclaw-vm'), 'gog');
    assert.equal(at('/p/Dockerfile', dockerfile, 'true'), 'gog');
    assert.equal(at('/p/Dockerfile', dockerfile, 'CMD'), undefined);
  });

  it('finds a name that a skill requires, in YAML and in JSON', () => {
    const yaml = '---\nname: a\nmetadata:\n  openclaw:\n    requires:\n      bins: [gog, goplaces]\n---\ngog\n';
    assert.equal(at('/p/SKILL.md', yaml, 'goplaces'), 'goplaces');
    assert.equal(at('/p/SKILL.md', yaml, '---\ngog'), undefined);
    const json = `---\nname: a\nmetadata: '{"openclaw":{"requires":{"anyBins":["gog","goplaces"]}}}'\n---\n`;
    assert.equal(at('/p/SKILL.md', json, '"goplaces'), 'goplaces');
    assert.equal(at('/p/SKILL.md', json, 'requires'), undefined);
  });

  it('finds nothing for binaries that nobody knows, and in other files', () => {
    assert.equal(at('/p/Dockerfile', dockerfile.replace('gog', 'toString'), 'openclaw-vm'), undefined);
    assert.equal(at('/p/notes.md', dockerfile, 'openclaw-vm'), undefined);
  });
});

describe('describeBinary', () => {
  it('names source, version, skills, what must persist, and the environment', () => {
    const gog = builtInCatalog.find('gog');
    assert.ok(gog);
    const text = describeBinary(gog);
    assert.match(text, /^\*\*gog\*\*: Google Workspace CLI\n/);
    assert.match(text, /- Source: releases of \[openclaw\/gogcli\]/);
    assert.match(text, /- Version: 0\.\d+/);
    assert.match(text, /- Skills: gog/);
    assert.match(text, /lost when the container is recreated: `\/home\/node\/\.config\/gogcli`/);
    assert.match(text, /- Environment: .*`GOG_KEYRING_PASSWORD`/);
  });

  it('has a source for every binary of the catalog', () => {
    for (const binary of catalog()) assert.doesNotMatch(describeBinary(binary), /undefined|Source: *$/m, binary.name);
  });
});
