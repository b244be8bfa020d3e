// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose and of shells look like this.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent, type Files, fixFirst } from '../check.ts';

const rule = 'missing-skill-binary';

const official = 'FROM ghcr.io/openclaw/openclaw:2026.9.6\nCOPY skills /app/skills\n';
const skill = (metadata: string): string => `---\nname: own\ndescription: Does something.\n${metadata}\n---\n\n# Own\n`;
const needsPlaces = skill('metadata: { "openclaw": { "requires": { "bins": ["goplaces"] } } }');
const needsPlacesMarked = skill(
  'metadata: { "openclaw": { "requires": { "bins": ["goplaces"] } } }\n                                                 ^^^^^^^^^^',
);

const found: Readonly<Record<string, Files>> = {
  'a binary of the catalog that the official image does not have': {
    Dockerfile: official,
    'skills/own/SKILL.md': needsPlacesMarked,
  },
  'the base that compose passes as a build argument': {
    Dockerfile: 'ARG BASE=ghcr.io/openclaw/openclaw:main\nFROM ${BASE}\nCOPY skills /app/skills\n',
    'docker-compose.yml':
      'services:\n  gateway:\n    build:\n      context: .\n      args:\n        BASE: ${OPENCLAW_IMAGE:-openclaw/openclaw:2026.9.6}\n',
    'skills/own/SKILL.md': needsPlacesMarked,
  },
  'metadata over many lines, two binaries, one of them there': {
    Dockerfile: `${official}USER root\nRUN apt-get update && apt-get install -y jq\nUSER node\n`,
    'workspace/skills/own/SKILL.md': `---
name: own
description: Does something.
metadata:
  {
    "openclaw": {
      "requires": {
        "bins": [
          "jq",
          "himalaya",
          ^^^^^^^^^^
        ],
      },
    },
  }
---
`,
  },
  'the older metadata key': {
    Dockerfile: 'FROM node:24-bookworm-slim\nRUN npm install -g clawdbot@2026.1.24\nCMD ["clawdbot", "gateway"]\n',
    'skills/own/SKILL.md': skill(
      'metadata: {"clawdbot":{"requires":{"bins":["gh"]}}}\n                                           ^^^^',
    ),
  },
  'a package of the system': {
    Dockerfile: 'FROM node:24-slim\nRUN npm install -g openclaw@2026.9.6\nENTRYPOINT ["openclaw", "gateway"]\n',
    'skills/video/SKILL.md': skill(
      'metadata: { "openclaw": { "requires": { "bins": ["ffmpeg"] } } }\n                                                 ^^^^^^^^',
    ),
  },
  'a program of its own, in an image that installs nothing unknown': {
    Dockerfile: `${official}USER root\nRUN apt-get update && apt-get install -y --no-install-recommends jq tmux\nUSER node\n`,
    'skills/own/SKILL.md': skill(
      'metadata: { "openclaw": { "requires": { "bins": ["acme-report"] } } }\n                                                 ^^^^^^^^^^^^^',
    ),
  },
  'a service that runs the published image': {
    'compose.yaml':
      'services:\n  openclaw-gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    volumes:\n      - ./skills:/home/node/.openclaw/skills\n',
    'skills/own/SKILL.md': needsPlacesMarked,
  },
  'none of several that would each do': {
    Dockerfile: official,
    'skills/music/SKILL.md': skill(
      'metadata: { "openclaw": { "requires": { "anyBins": ["spogo", "spotify_player"] } } }\n                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^',
    ),
  },
  'a skill for macOS only': {
    Dockerfile: official,
    'skills/notes/SKILL.md': skill(
      'metadata: { "openclaw": { "os": ["darwin"], "requires": { "bins": ["memo"] } } }\n                                                                   ^^^^^^',
    ),
  },
  'a comment that names the binary': {
    Dockerfile: `# goplaces comes later\n${official}`,
    'skills/own/SKILL.md': needsPlacesMarked,
  },
};

const silent: Readonly<Record<string, Files>> = {
  'the image bakes it': {
    Dockerfile: `FROM ghcr.io/openclaw/openclaw:2026.9.6
USER root
RUN curl -fsSL https://github.com/openclaw/goplaces/releases/download/v0.4.4/goplaces_0.4.4_linux_amd64.tar.gz | tar -xz -C /usr/local/bin goplaces
USER node
`,
    'skills/own/SKILL.md': needsPlaces,
  },
  'another stage builds it and the last one copies it': {
    Dockerfile: `FROM golang:1.25 AS tools
RUN go install github.com/openclaw/goplaces/cmd/goplaces@v0.4.4
FROM ghcr.io/openclaw/openclaw:2026.9.6
COPY --from=tools /go/bin/goplaces /usr/local/bin/
`,
    'skills/own/SKILL.md': needsPlaces,
  },
  'the entrypoint installs it, of which runtime-install speaks': {
    Dockerfile: `${official}COPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\n`,
    'entrypoint.sh': '#!/bin/sh\ncommand -v goplaces || npm install -g goplaces\nexec "$@"\n',
    'skills/own/SKILL.md': needsPlaces,
  },
  'programs of the official image': {
    Dockerfile: official,
    'skills/own/SKILL.md': skill(
      'metadata: { "openclaw": { "requires": { "bins": ["curl", "python3", "node", "git", "bash"] } } }',
    ),
  },
  'one of several is there': {
    Dockerfile: official,
    'skills/notion/SKILL.md': skill('metadata: { "openclaw": { "requires": { "anyBins": ["ntn", "curl"] } } }'),
  },
  'a base image that nobody can know': {
    Dockerfile:
      'FROM registry.example.com/team/openclaw-base:7\nCOPY skills /app/skills\nCMD ["openclaw", "gateway"]\n',
    'skills/own/SKILL.md': needsPlaces,
  },
  'a base image that only the build decides': {
    Dockerfile: 'ARG BASE\nFROM ${BASE}\nCMD ["openclaw", "gateway"]\n',
    'skills/own/SKILL.md': needsPlaces,
  },
  'packages by build argument, as upstream takes them': {
    Dockerfile:
      'FROM node:24-bookworm-slim\nARG OPENCLAW_IMAGE_APT_PACKAGES\nRUN apt-get update && apt-get install -y $OPENCLAW_IMAGE_APT_PACKAGES\nRUN npm i -g openclaw\n',
    'docker-compose.yml':
      'services:\n  openclaw-gateway:\n    build:\n      context: .\n      args:\n        OPENCLAW_IMAGE_APT_PACKAGES: jq ffmpeg\n',
    'skills/video/SKILL.md': skill('metadata: { "openclaw": { "requires": { "bins": ["ffmpeg"] } } }'),
  },
  'a folder of programs is mounted': {
    Dockerfile: official,
    'docker-compose.yml':
      'services:\n  openclaw-gateway:\n    build: .\n    volumes:\n      - ./tools:/home/node/.local/bin:ro\n',
    'skills/own/SKILL.md': needsPlaces,
  },
  'a program of its own beside packages whose programs nobody knows': {
    Dockerfile: `${official}USER root\nRUN npm install -g @acme/tools@1.2.0\nUSER node\n`,
    'skills/own/SKILL.md': skill('metadata: { "openclaw": { "requires": { "bins": ["acme-report"] } } }'),
  },
  'a skill that is always loaded': {
    Dockerfile: official,
    'skills/own/SKILL.md': skill('metadata: { "openclaw": { "always": true, "requires": { "bins": ["goplaces"] } } }'),
  },
  'the key of January 2026 that is not read any more': {
    Dockerfile: official,
    'skills/own/SKILL.md': skill('metadata: { "moltbot": { "requires": { "bins": ["goplaces"] } } }'),
  },
  'no gateway in the project': {
    Dockerfile: 'FROM python:3.13-slim\nCMD ["python", "app.py"]\n',
    'skills/own/SKILL.md': needsPlaces,
  },
  'skills that the gateway’s own source comes with': {
    Dockerfile:
      'FROM node:24-bookworm-slim\nCOPY . .\nRUN pnpm install && pnpm build\nCMD ["node", "openclaw.mjs", "gateway"]\n',
    'docker-compose.yml': 'services:\n  openclaw-gateway:\n    build: .\n',
    'package.json': '{ "name": "openclaw", "version": "2026.9.6" }',
    'skills/goplaces/SKILL.md': needsPlaces,
  },
};

describe(rule, () => {
  for (const [name, files] of Object.entries(found)) it(`finds ${name}`, () => void check(rule, files));
  for (const [name, files] of Object.entries(silent)) it(`is silent: ${name}`, () => checkSilent(rule, files));

  it('bakes the binary of the catalog into the image', () => {
    const { Dockerfile = '' } = fixFirst(rule, { Dockerfile: official, 'skills/own/SKILL.md': needsPlaces });
    assert.match(Dockerfile, /openclaw\/goplaces\/releases\/download\/v/);
    assert.match(Dockerfile, /goplaces --version|goplaces/);
    checkSilent(rule, { Dockerfile, 'skills/own/SKILL.md': needsPlaces });
  });

  it('says of a binary that Linux does not have that baking is no way', () => {
    const files = {
      Dockerfile: official,
      'skills/notes/SKILL.md': skill(
        'metadata: { "openclaw": { "requires": { "bins": ["memo"] } } }\n                                                 ^^^^^^',
      ),
    };
    const [problem] = check(rule, files);
    assert.match(problem?.message ?? '', /none for Linux: it runs on macOS only/);
    assert.deepEqual(problem?.fixes, []);
  });
});
