import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { check, checkSilent } from './check.ts';

const rule = 'masked-download-failure';

const found: Readonly<Record<string, string>> = {
  'the stanza of the runtime page': String.raw`FROM node:24-bookworm
RUN curl -L https://github.com/steipete/gogcli/releases/latest/download/gogcli_linux_amd64.tar.gz \
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
| tar -xzO gog > /usr/local/bin/gog; \
chmod +x /usr/local/bin/gog
`,
  'an installer in a pipe': `FROM node:22-bookworm
RUN curl -fsSL https://bun.sh/install | bash
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a repository set-up in a pipe, whose packages Debian has too': `FROM debian:12
RUN curl -fsSL https://nodesource.com/setup_22.x | bash - && apt-get install -y nodejs
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a binary without --fail': `FROM node:24
RUN curl -sSL -o /usr/local/bin/yq https://example.com/yq && chmod +x /usr/local/bin/yq
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  '|| true': `FROM node:24
RUN wget -q https://example.com/tool.tgz -O /tmp/tool.tgz && tar -xzf /tmp/tool.tgz -C /usr/local/bin || true
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  '|| echo': `FROM node:24
RUN (curl -fsSL https://example.com/install.sh -o i.sh && sh i.sh) || echo "could not install"
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a semicolon before chmod': `FROM node:24
RUN wget -O /usr/local/bin/jq https://example.com/jq; chmod +x /usr/local/bin/jq
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'an && chain that set -e does not end': `FROM node:24
RUN set -e; wget -O /usr/local/bin/jq https://example.com/jq && chmod +x /usr/local/bin/jq; echo done
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'lines of a here-document without set -e': `FROM node:24
RUN <<EOF
curl -fsSL https://example.com/gog > /usr/local/bin/gog
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
chmod +x /usr/local/bin/gog
EOF
`,
  'a nested shell': `FROM node:24
RUN bash -c "curl -fsSL https://example.com/install.sh | sh"
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  'a package that dpkg reads and whose failure the next command hides': `FROM debian:12
RUN wget https://example.com/a.deb; \\
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  dpkg -i a.deb; \\
  apt-get install -y --fix-broken
`,
  'an installer that no later step of the build needs': `FROM debian:12
RUN curl -LsSf https://astral.sh/uv/install.sh | sh
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
ENV PATH="/root/.local/bin:$PATH"
`,
  'a pipe to an interpreter': `FROM python:3.13
RUN curl -sSL https://install.python-poetry.org | python3 -
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
};

const silent: Readonly<Record<string, string>> = {
  'an answer that a program of the command line reads':
    'FROM python:3.13\nRUN curl -s https://example.com/v | python3 -c "import json, sys; print(json.load(sys.stdin))" > /v && curl -s https://example.com/v | node -e "0"\n',
  'an answer that a module formats':
    'FROM python:3.13\nRUN curl -s https://example.com/v | python3 -m json.tool > /v.json\n',
  'an installer whose program runs later in the same RUN':
    'FROM debian:12\nRUN curl -fsSL https://bun.sh/install | bash && /root/.bun/bin/bun install -g qmd@1.0.0\n',
  'an installer that sets up its own program in the same RUN':
    'FROM debian:12\nRUN wget -qO- https://astral.sh/uv/install.sh | sh && uv venv /opt/venv\n',
  'an installer whose program is probed in the next RUN':
    'FROM node:24\nRUN curl -fsSL https://openclaw.ai/install.sh | bash\nRUN openclaw --version\n',
  'SHELL with pipefail':
    'FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl -fsSL https://bun.sh/install | bash\n',
  'set -o pipefail': 'FROM debian:12\nRUN set -eo pipefail; curl -fsSL https://bun.sh/install | bash\n',
  'a nested shell with pipefail':
    'FROM debian:12\nRUN bash -euo pipefail -c "curl -fsSL https://bun.sh/install | bash"\n',
  'an unpacker at the end of the pipe, which fails on nothing':
    'FROM debian:12\nRUN curl -fsSL https://example.com/a.tgz | tar -xz -C /usr/local/bin && chmod +x /usr/local/bin/a\n',
  'curl --fail and &&':
    'FROM debian:12\nRUN curl -fsSL -o /usr/local/bin/a https://example.com/a && chmod +x /usr/local/bin/a\n',
  'long options':
    'FROM debian:12\nRUN curl --fail --location --output /usr/local/bin/a https://example.com/a && chmod +x /usr/local/bin/a\n',
  'wget and &&, which fails on an error page':
    'FROM debian:12\nRUN wget -qO /usr/local/bin/a https://example.com/a && chmod +x /usr/local/bin/a\n',
  'set -e and one command per statement':
    'FROM debian:12\nRUN set -eux; wget -O /usr/local/bin/a https://example.com/a; chmod +x /usr/local/bin/a\n',
  'a checksum after the download':
    'FROM debian:12\nRUN curl -L -o a.tgz https://example.com/a.tgz && echo "0123  a.tgz" | sha256sum -c - && tar -xzf a.tgz -C /usr/local/bin\n',
  'an archive that is unpacked with &&':
    'FROM debian:12\nRUN curl -L -o a.tgz https://example.com/a.tgz && tar -xzf a.tgz -C /usr/local/bin\n',
  'a package that dpkg reads': 'FROM debian:12\nRUN curl -LO https://example.com/a.deb && dpkg -i a.deb && rm a.deb\n',
  '|| exit':
    'FROM debian:12\nRUN wget -O /usr/local/bin/a https://example.com/a || exit 1; chmod +x /usr/local/bin/a\n',
  'a second source behind ||':
    'FROM debian:12\nRUN curl -fsSL -o /a https://one.example.com/a || curl -fsSL -o /a https://two.example.com/a\n',
  'a download that asks for a version':
    'FROM debian:12\nRUN VERSION=$(curl -s https://example.com/latest | jq -r .tag) && echo "$VERSION"\n',
  'a key that apt needs':
    'FROM debian:12\nRUN curl -fsSL https://example.com/key.asc | gpg --dearmor -o /etc/apt/keyrings/k.gpg && apt-get update\n',
  'a probe':
    'FROM debian:12\nRUN curl -s https://example.com/ping; curl -sI https://example.com || true; curl -so /dev/null https://example.com; true\n',
  'installs without a download': 'FROM debian:12\nRUN apt-get update; apt-get install -y curl || true\n',
  'a script that only contains the text':
    'FROM debian:12\nRUN echo "curl https://example.com/install.sh | bash; true" > /readme\n',
  'a here-document that another language reads':
    'FROM python:3.13\nRUN <<EOF\n#!/usr/bin/env python3\ncurl = "curl https://x | sh; true"\nEOF\n',
  'a start command': 'FROM debian:12\nCMD curl -sL https://example.com/install.sh | bash\n',
};

describe(rule, () => {
  for (const [name, file] of Object.entries(found)) it(`finds ${name}`, () => void check(rule, file));
  for (const [name, file] of Object.entries(silent)) it(`is silent about ${name}`, () => checkSilent(rule, file));

  it('says what hides the failure', () => {
    const [problem] = check(rule, 'FROM a\nRUN curl -f https://x.io/i | sh\n    ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n');
    assert.match(problem?.message ?? '', /when curl fails, sh runs an empty script and succeeds/);
  });
});
