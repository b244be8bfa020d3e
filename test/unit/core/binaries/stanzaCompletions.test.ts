import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findStanzas } from '../../../../src/core/binaries/findStanzas.ts';
import { stanzaCompletions } from '../../../../src/core/binaries/stanzaCompletions.ts';
import { parseDockerfile } from '../../../../src/core/dockerfile/parseDockerfile.ts';
import { applyEdits } from '../../../../src/core/text/applyEdits.ts';

const marker = '# openclaw-vm: ';

/** The file with the completion of a name taken at the end of the text. */
function taken(before: string, name: string): string {
  const text = before + marker;
  const completion = stanzaCompletions(text, before.length).find(({ binary }) => binary.name === name);
  assert.ok(completion, `${name} is not offered`);
  return applyEdits(text + completion.text, completion.builder === undefined ? [] : [completion.builder]);
}

describe('completion of a marker', () => {
  it('writes the stanza that follows it', () => {
    const text = taken('FROM node:24-bookworm\n', 'gog');
    const [stanza] = findStanzas(parseDockerfile(text));
    assert.equal(stanza?.name, 'gog');
    assert.match(stanza.version, /^\d/);
    assert.deepEqual(
      stanza.instructions.map(({ keyword }) => keyword),
      ['ARG', 'RUN'],
    );
  });

  it('writes the build stage of a stanza that has one, above the stage', () => {
    const text = taken('FROM node:24-bookworm AS build\nRUN true\nFROM gcr.io/distroless/nodejs24\n', 'gog');
    const stages = parseDockerfile(text).instructions.filter(({ keyword }) => keyword === 'FROM');
    assert.equal(stages.length, 3);
    assert.match(text, /FROM gcr\.io\/distroless\/nodejs24\n# openclaw-vm: gog [\d.]+\nCOPY --from=openclaw-vm-gog/);
  });

  it('offers all of the catalog that can be in such an image, once', () => {
    const names = (text: string) => stanzaCompletions(text, text.length).map(({ binary }) => binary.name);
    const all = names('FROM node:24-bookworm\n');
    assert.ok(all.includes('gog') && all.includes('goplaces') && all.includes('wacli'));
    assert.ok(!all.includes('memo'), 'has no build for Linux');
    assert.ok(!names(taken('FROM node:24-bookworm\n', 'gog')).includes('gog'));
    assert.deepEqual(names(''), []);
  });
});
