import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SkillBinaryState, skillBinaries } from '../../../../src/core/binaries/skillBinaries.ts';

const gateway = 'FROM ghcr.io/openclaw/openclaw:2026.9.6\n';
const skill = (bins: string, more = '') =>
  `---\nname: s\ndescription: d\nmetadata: { "openclaw": { ${more}"requires": ${bins} } }\n---\n`;

function statesOf(files: Readonly<Record<string, string>>): Record<string, string> {
  const texts = new Map(Object.entries(files).map(([name, text]) => [`/p/${name}`, text]));
  const rows = skillBinaries({ root: '/p', texts });
  return Object.fromEntries(
    rows.flatMap(({ binaries }) => binaries.map(({ name, state }) => [name, describeState(state, texts)])),
  );
}

function describeState(state: SkillBinaryState, texts: ReadonlyMap<string, string>): string {
  if (state.kind === 'inImage' || state.kind === 'atStart') {
    const line = (texts.get(state.path) ?? '').slice(0, state.range.start).split('\n').length;
    return `${state.kind} ${state.path.slice(3)}:${line}`;
  }
  if (state.kind === 'missing') return `missing ${state.dockerfile ?? ''}`.trim();
  return state.kind;
}

describe('the binaries that skills ask for', () => {
  it('are in the image by a stanza, by an instruction of somebody, or by the base', () => {
    const Dockerfile = `${gateway}USER root\n# openclaw-vm: gog 0.37.0\nARG TARGETARCH\nRUN true\nCOPY wacli /usr/local/bin/wacli\nUSER node\n`;
    assert.deepEqual(
      statesOf({ Dockerfile, 'skills/a/SKILL.md': skill('{ "bins": ["gog", "wacli", "curl", "own-tool"] }') }),
      { gog: 'inImage Dockerfile:3', wacli: 'inImage Dockerfile:6', curl: 'inBase', 'own-tool': 'unknown' },
    );
  });

  it('are missing, and can be baked where the catalog has them', () => {
    assert.deepEqual(statesOf({ Dockerfile: gateway, 'skills/a/SKILL.md': skill('{ "bins": ["goplaces"] }') }), {
      goplaces: 'missing /p/Dockerfile',
    });
  });

  it('are installed at each start, by a script that names them', () => {
    const files = {
      Dockerfile: `${gateway}COPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n`,
      'start.sh': '#!/bin/sh\nnpm install -g mcporter\nexec "$@"\n',
      'skills/a/SKILL.md': skill('{ "bins": ["mcporter"] }'),
    };
    assert.deepEqual(statesOf(files), { mcporter: 'atStart start.sh:2' });
  });

  it('have no build for Linux where the skill or the catalog says so', () => {
    const files = { Dockerfile: gateway, 'skills/a/SKILL.md': skill('{ "bins": ["x"] }', '"os": ["darwin"], ') };
    assert.deepEqual(statesOf(files), { x: 'noLinuxBuild' });
    const memo = { Dockerfile: gateway, 'skills/a/SKILL.md': skill('{ "bins": ["memo"] }') };
    assert.deepEqual(statesOf(memo), { memo: 'noLinuxBuild' });
  });

  it('are alternatives, of which one is enough', () => {
    const files = { Dockerfile: gateway, 'skills/a/SKILL.md': skill('{ "anyBins": ["gog", "curl"] }') };
    const texts = new Map(Object.entries(files).map(([name, text]) => [`/p/${name}`, text]));
    const [row] = skillBinaries({ root: '/p', texts });
    assert.deepEqual(
      row?.binaries.map(({ name, isAlternative, state }) => [name, isAlternative, state.kind]),
      [
        ['gog', true, 'unknown'],
        ['curl', true, 'inBase'],
      ],
    );
  });

  it('are unknown where no file says what the gateway runs in', () => {
    assert.deepEqual(statesOf({ 'skills/a/SKILL.md': skill('{ "bins": ["gog"] }') }), { gog: 'unknown' });
  });
});
