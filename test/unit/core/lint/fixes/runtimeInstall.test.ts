import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintProject } from '../../../../../src/core/lint/lintProject.ts';
import { eraShapes } from '../../../../support/eraDockerfiles.ts';
import { type Files, fixFirst, toProject } from '../check.ts';

const rule = 'runtime-install';

/** An image that runs a script of the project as the user node. */
function withScript(lines: string, more = ''): Record<string, string> {
  return {
    Dockerfile: `FROM python:3.13\nWORKDIR /srv\nCOPY . .\n${more}USER node\nEXPOSE 8080\nENTRYPOINT ["./start.sh"]\n`,
    'start.sh': `#!/bin/sh\nset -e\n${lines}exec python main.py\n`,
  };
}

function titles(files: Files): readonly string[] {
  const problem = lintProject(toProject(files)).find(({ ruleId }) => ruleId === rule);
  assert.ok(problem, 'nothing found');
  return problem.fixes.map(({ title, isPartial }) => `${isPartial === true ? 'partial: ' : ''}${title}`);
}

describe('the fix of runtime-install', () => {
  const moved: Readonly<Record<string, readonly [string, string]>> = {
    'what a file lists, in its folder and as its user': [
      'pip3 install --user -r requirements.txt\n',
      'USER node\n\nRUN pip3 install --user -r requirements.txt\n\nEXPOSE 8080\n',
    ],
    'a tool of uv, where all users find it': [
      'uv tool install ruff\n',
      'USER node\n\nUSER root\nRUN UV_TOOL_DIR=/opt/uv-tools UV_TOOL_BIN_DIR=/usr/local/bin uv tool install ruff\nUSER node\n\n',
    ],
    'a Go program, where all users find it': [
      'go install github.com/x/y@v1.2.3\n',
      'USER root\nRUN GOBIN=/usr/local/bin go install github.com/x/y@v1.2.3\nUSER node\n',
    ],
    'a program of pipx, where all users find it': [
      'pipx install yt-dlp==2026.1.1\n',
      'USER root\nRUN PIPX_HOME=/opt/pipx PIPX_BIN_DIR=/usr/local/bin pipx install yt-dlp==2026.1.1\nUSER node\n',
    ],
    'a download with what serves it, which then fails the build': [
      'DIR=/usr/local/bin\nif [ ! -x /usr/local/bin/yq ]; then\n  curl -L -o "$DIR/yq" https://example.com/yq\n  chmod +x $DIR/yq\nfi\n',
      'USER root\nRUN set -eu; \\\n    curl -fL -o /usr/local/bin/yq https://example.com/yq; \\\n    chmod +x /usr/local/bin/yq\nUSER node\n',
    ],
    'an installer behind a pipe, which then fails the build': [
      'curl -sSL https://example.com/1.2.3/i.sh | sh -s -- --yes >/dev/null 2>&1\n',
      'USER node\n\nRUN curl -fsSL -o /tmp/install.sh https://example.com/1.2.3/i.sh && sh /tmp/install.sh --yes && rm /tmp/install.sh\n\n',
    ],
    'an installer that is saved and run': [
      'curl -fsSL https://example.com/setup.sh -o /tmp/setup.sh\nbash /tmp/setup.sh --yes\nrm /tmp/setup.sh\n',
      'RUN set -eu; \\\n    curl -fsSL https://example.com/setup.sh -o /tmp/setup.sh; \\\n    bash /tmp/setup.sh --yes; \\\n    rm /tmp/setup.sh\n',
    ],
    'an install in another folder': [
      'cd /srv/web\nnpm ci\ncd /srv\n',
      'RUN set -eu; \\\n    cd /srv/web; \\\n    npm ci\n',
    ],
    'a package with characters that a shell reads': ["pip install 'boto3>=1.34'\n", "RUN pip install 'boto3>=1.34'\n"],
    'packages of dnf': ['dnf -y install jq\n', 'RUN dnf install -y jq && dnf clean all\n'],
  };
  for (const [name, [lines, expected]] of Object.entries(moved)) {
    it(`moves ${name}`, () => {
      const files = withScript(lines);
      const fixed = fixFirst(rule, files);
      assert.ok(fixed['Dockerfile']?.includes(expected), fixed['Dockerfile']);
      assert.doesNotMatch(fixed['start.sh'] ?? '', /install|curl|npm ci/);
      assert.match(fixed['start.sh'] ?? '', /^#!\/bin\/sh\nset -e\n(?:.*\n)*exec python main\.py\n$/);
      assert.ok(!lintProject(toProject({ ...files, ...fixed })).some(({ ruleId }) => ruleId === rule));
    });
  }

  for (const [command, binary] of [
    ['uv tool install nano-pdf', 'nano-pdf'],
    ['go install github.com/steipete/songsee/cmd/songsee@latest', 'songsee'],
    ['npm install -g clawhub@latest', 'clawhub'],
  ]) {
    it(`bakes the stanza for ${command}`, () =>
      assert.match(
        fixFirst(rule, withScript(`${command}\n`))['Dockerfile'] ?? '',
        new RegExp(`# openclaw-vm: ${binary} \\d`),
      ));
  }

  it('leaves what a mount would hide', () => {
    const files = {
      ...withScript('npm install\n'),
      'compose.yaml': 'services:\n  a:\n    build: .\n    volumes: [".:/srv"]\n',
    };
    assert.deepEqual(titles(files), []);
  });

  it('moves modules that an anonymous volume keeps from the mount', () =>
    assert.deepEqual(
      fixFirst(rule, {
        Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY package.json .\n',
        'compose.yaml':
          'services:\n  a:\n    build: .\n    volumes:\n      - .:/app # code\n      - /app/node_modules\n    command: >\n      sh -c "npm install &&\n      node x"\n',
      }),
      {
        Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY package.json .\n\nRUN npm install\n',
        'compose.yaml':
          'services:\n  a:\n    build: .\n    volumes:\n      - .:/app # code\n      - /app/node_modules\n    command: >\n      sh -c "node x"\n',
      },
    ));

  it('leaves what only the running container knows', () => {
    for (const command of ['npm install -g "$1"', 'curl -fsSL "$URL" -o /usr/local/bin/x && chmod +x /usr/local/bin/x'])
      assert.deepEqual(titles(withScript(`${command}\n`)), [], command);
  });

  it('leaves files that the image does not have', () =>
    assert.deepEqual(titles('FROM node:24\nWORKDIR /app\nCMD npm install && node x\n'), []));

  it('leaves a download in place when the command that needs it stays', () => {
    const lines = 'curl -fsSL https://example.com/i.sh -o /tmp/i.sh\nbash /tmp/i.sh | tee /tmp/log\n';
    assert.match(titles(withScript(lines))[0] ?? '', /^partial: /);
  });

  it('says when it does only a part', () => {
    const [title = ''] = titles(withScript('while ! apt-get install -y jq; do sleep 1; done\n'));
    assert.equal(title, 'partial: Bake jq into the image, and leave the install where it is');
  });

  for (const [era, shape] of Object.entries(eraShapes)) {
    it(`finds the place in the Dockerfile of ${era}`, () => {
      const Dockerfile = shape
        .replace('{install}\n', 'COPY boot.sh /boot.sh\n')
        .replace(/^CMD .*$/m, '')
        .concat('CMD ["/boot.sh"]\n');
      const files = {
        Dockerfile,
        'boot.sh': '#!/bin/sh\napt-get update\napt-get install -y jq\nnode openclaw.mjs gateway\n',
      };
      const fixed = fixFirst(rule, files);
      assert.equal(fixed['boot.sh'], '#!/bin/sh\nnode openclaw.mjs gateway\n');
      const after = fixed['Dockerfile'] ?? '';
      const at = after.indexOf('--no-install-recommends jq');
      assert.ok(at > after.lastIndexOf('\nFROM '), 'in the final stage');
      const lastUser = after.lastIndexOf('\nUSER node');
      assert.ok(lastUser === -1 || at < lastUser, 'before the last USER');
      const errors = lintProject(toProject({ ...files, ...fixed })).filter(({ severity }) => severity === 'error');
      assert.deepEqual(
        errors.map(({ message }) => message),
        [],
      );
    });
  }
});
