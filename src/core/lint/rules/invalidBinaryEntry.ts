import type { Rule } from '../Rule.ts';

/** A mistake in the project's own binaries leaves an entry out, and then the checks and fixes do not know it. */
export const invalidBinaryEntry: Rule = {
  id: 'invalid-binary-entry',
  summary: 'Write the entry as the schema has it',
  why: "An entry that is wrong is left out: its binary cannot be baked in, and the catalog's entry of that name stays as it was. All other entries count.",
  severity: 'error',
  noFix: 'an entry is what somebody knows of a binary; the message says what it must be.',
  check: ({ binaries: { file } }) =>
    (file?.problems ?? []).map(({ range, message }) => ({ path: file?.path ?? '', range, message })),
  bad: {
    Dockerfile: 'FROM node:24-bookworm\n',
    'openclaw-vm.binaries.json':
      '{\n  "binaries": [\n    { "name": "tool", "source": { "kind": "npm", "package": "@scope/tool" } }\n  ]\n}\n',
  },
  good: {
    Dockerfile: 'FROM node:24-bookworm\n',
    'openclaw-vm.binaries.json':
      '{\n  "binaries": [\n    { "name": "tool", "version": "1.2.3", "source": { "kind": "npm", "package": "@scope/tool" } }\n  ]\n}\n',
  },
};
