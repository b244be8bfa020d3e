import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { validate } from 'dockerfile-utils';
import { lintProject } from '../../../../src/core/lint/lintProject.ts';
import { rules } from '../../../../src/core/lint/rules/index.ts';
import { isDockerfilePath } from '../../../../src/core/workspace/isProjectFile.ts';
import { toProject } from './check.ts';

/** BuildKit's checks, all of them. None looks inside a RUN. */
const buildKit = [
  ...['StageNameCasing', 'FromAsCasing', 'NoEmptyContinuation', 'ConsistentInstructionCasing', 'DuplicateStageName'],
  ...['ReservedStageName', 'JSONArgsRecommended', 'MaintainerDeprecated', 'UndefinedArgInFrom', 'WorkdirRelativePath'],
  ...['UndefinedVar', 'MultipleInstructionsDisallowed', 'LegacyKeyValueFormat', 'RedundantTargetPlatform'],
  ...['SecretsUsedInArgOrEnv', 'InvalidDefaultArgInFrom', 'FromPlatformFlagConstDisallowed', 'CopyIgnoredFile'],
  ...['InvalidDefinitionDescription', 'InvalidBaseImagePlatform', 'ExposeProtoCasing', 'ExposeInvalidFormat'],
];
/** Those of hadolint's that come near one of ours. What ShellCheck adds to it (SC…) is about the shell language alone. */
const hadolint = [
  'DL3002',
  'DL3004',
  'DL3007',
  'DL3008',
  'DL3010',
  'DL3013',
  'DL3016',
  'DL3022',
  'DL3029',
  'DL3057',
  'DL3062',
  'DL4001',
  'DL4006',
];
/** DCLint's about ports and images. The language servers for compose check the schema, names and YAML, not what they mean. */
const dclint = ['no-unbound-port-interfaces', 'service-image-require-explicit-tag', 'no-duplicate-exported-ports'];

interface Neighbour {
  /** The nearest rules of others; none: nobody says anything about it. */
  readonly nearest: readonly string[];
  /** Those of them that say the same in one case of ours, in an example of that case: there an editor leaves ours out. */
  readonly same?: { readonly ids: readonly string[]; readonly example: Readonly<Record<string, string>> };
  /** What only ours says. */
  readonly differs: string;
}

const from = 'FROM node:24-bookworm\n';
const gateway = 'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n';

const neighbours: Readonly<Record<string, Neighbour>> = {
  'runtime-install': {
    nearest: ['DL3008', 'DL3016', 'JSONArgsRecommended'],
    differs: 'They judge the versions of a RUN or the form of CMD; ours follows what runs when the container starts.',
  },
  'masked-download-failure': {
    nearest: ['DL4006'],
    same: {
      ids: ['DL4006'],
      example: { Dockerfile: `${from}RUN curl -fsSL https://example.com/v1.2.3/install.sh | bash\n` },
    },
    differs:
      'DL4006 wants pipefail for every pipe; ours speaks of a download whose failure is lost, and also without a pipe: no --fail, ";", "|| true".',
  },
  'hardcoded-architecture': {
    nearest: ['FromPlatformFlagConstDisallowed', 'DL3029', 'InvalidBaseImagePlatform'],
    same: {
      ids: ['FromPlatformFlagConstDisallowed', 'DL3029'],
      example: { Dockerfile: 'FROM --platform=linux/amd64 node:24-bookworm\nRUN true\n' },
    },
    differs: 'Ours reads download addresses, and the platform that compose builds for.',
  },
  'unpinned-download': {
    nearest: ['DL3007', 'DL3008', 'DL3013', 'DL3016', 'DL3062'],
    same: { ids: ['DL3062'], example: { Dockerfile: `${from}RUN go install example.com/tool@latest\n` } },
    differs:
      'They count packages without a version; ours what is downloaded: latest releases, branches, installers, "@latest" of npm.',
  },
  'known-bad-url': {
    nearest: ['DL4001'],
    differs: 'DL4001 wants one of wget and curl; ours knows files that no release has.',
  },
  'download-without-checksum': {
    nearest: ['DL3010', 'DL4001'],
    differs: 'They judge the tool; nobody asks whether the file is compared with a digest.',
  },
  'public-gateway-port': {
    nearest: ['no-unbound-port-interfaces', 'no-duplicate-exported-ports'],
    same: {
      ids: ['no-unbound-port-interfaces'],
      example: { 'compose.yaml': `${gateway}    ports: ["18789:18789"]\n` },
    },
    differs: 'DCLint reports every port of every service; ours the one that leads to the gateway.',
  },
  'missing-skill-binary': { nearest: [], differs: 'Nobody else reads SKILL.md.' },
  'invalid-binary-entry': { nearest: [], differs: 'The file is ours.' },
  'node-too-old': {
    nearest: ['DL3007'],
    differs: 'DL3007 is about the tag "latest"; ours about what the gateway accepts.',
  },
  'single-file-config-bind': { nearest: [], differs: 'Valid compose; only the gateway saves by renaming.' },
  'restart-policy-missing': { nearest: [], differs: 'Valid compose.' },
  'missing-state-mount': { nearest: [], differs: 'Valid compose.' },
  'install-without-root': {
    nearest: ['DL3002', 'DL3004'],
    differs: 'They warn of root and sudo; ours of a step that fails because it is not root.',
  },
  'gateway-bind': { nearest: [], differs: 'About an argument and a config that only the gateway reads.' },
  'secret-in-image': {
    nearest: ['SecretsUsedInArgOrEnv', 'CopyIgnoredFile'],
    same: {
      ids: ['SecretsUsedInArgOrEnv'],
      example: { Dockerfile: `${from}ENV OPENCLAW_GATEWAY_TOKEN=9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a3928\n` },
    },
    differs: 'BuildKit judges names of ENV and ARG; ours values, also in RUN, and files that COPY takes along.',
  },
  'binary-not-in-final-stage': {
    nearest: ['DL3022', 'UndefinedVar'],
    differs: 'DL3022 asks whether a stage exists; ours whether what start needs comes out of it.',
  },
  'placeholder-token': {
    nearest: ['SecretsUsedInArgOrEnv'],
    differs: 'About words from the documentation in .env and compose files.',
  },
  'unset-compose-variable': {
    nearest: ['UndefinedVar'],
    differs: 'UndefinedVar is about Dockerfiles; compose warns when it runs, no editor before.',
  },
  'replaced-upstream-runtime': {
    nearest: ['DL3002', 'DL3057'],
    differs: 'They want a user and a health check in every image; ours knows that the repository had them.',
  },
  'keyring-password-missing': { nearest: [], differs: 'Only gog has that keyring.' },
  'install-hidden-by-mount': { nearest: [], differs: 'Nobody else reads a Dockerfile and the compose file together.' },
  'host-directory-ownership': { nearest: [], differs: 'Nobody else reads the scripts that make the folders.' },
};

describe('beside other linters', () => {
  it('each rule has been compared with its nearest ones, and says more', () => {
    assert.deepEqual(Object.keys(neighbours).toSorted(), rules.map(({ id }) => id).toSorted());
    const known = new Set([...buildKit, ...hadolint, ...dclint]);
    for (const [id, { nearest, same, differs }] of Object.entries(neighbours)) {
      assert.deepEqual(
        [...nearest, ...(same?.ids ?? [])].filter((peer) => !known.has(peer)),
        [],
        id,
      );
      assert.ok(
        (same?.ids ?? []).every((peer) => nearest.includes(peer)),
        id,
      );
      assert.ok(differs.length > 20 || nearest.length === 0, id);
    }
    assert.equal(buildKit.length, 22);
  });

  for (const [id, { same }] of Object.entries(neighbours)) {
    if (same === undefined) continue;
    it(`${id} names ${same.ids.join(' and ')} where they say the same`, () => {
      const found = lintProject(toProject(same.example)).filter(({ ruleId }) => ruleId === id);
      assert.deepEqual(
        found.map(({ peers }) => peers?.ids),
        [same.ids],
      );
    });
  }

  it('the examples of all other cases name none', () => {
    for (const rule of rules) {
      const ids = lintProject(toProject(rule.bad)).flatMap(({ ruleId, peers }) =>
        ruleId === rule.id ? (peers?.ids ?? []) : [],
      );
      assert.deepEqual(ids, rule.id === 'public-gateway-port' ? ['no-unbound-port-interfaces'] : [], rule.id);
    }
  });

  it('a download that two things hide is more than a pipe without pipefail', () => {
    const files = {
      Dockerfile: `${from}RUN curl -L https://example.com/t.tgz | tar -xz -C /usr/local/bin; chmod +x /usr/local/bin/t\n`,
    };
    const found = lintProject(toProject(files)).filter(({ ruleId }) => ruleId === 'masked-download-failure');
    assert.deepEqual(
      found.map(({ peers }) => peers),
      [undefined],
    );
  });

  it('a platform other than that of compose is more than a constant', () => {
    const files = {
      Dockerfile: 'FROM --platform=linux/amd64 node:24-bookworm\nRUN true\n',
      'compose.yaml': 'services:\n  openclaw-gateway:\n    build: .\n    platform: linux/arm64\n',
    };
    const found = lintProject(toProject(files)).filter(({ ruleId }) => ruleId === 'hardcoded-architecture');
    assert.deepEqual(
      found.map(({ severity, peers }) => [severity, peers]),
      [['error', undefined]],
    );
  });

  it('the validator of the Dockerfile language server is silent about what ours find', () => {
    for (const rule of rules) {
      for (const [name, text] of Object.entries(rule.bad)) {
        if (isDockerfilePath(name))
          assert.deepEqual(
            validate(text).map(({ message }) => message),
            [],
            rule.id,
          );
      }
    }
  });
});
