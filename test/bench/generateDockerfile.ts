/** Pseudo-random numbers from 0 to 1 that are the same in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A Dockerfile with the shape of real ones: instructions per file 8/19/48/97 and RUNs 2/8/25/41 (p50/p90/p99/max), bytes of a RUN
 * 59/348/1,359/6,585, apt-get in a third of the files.
 */
export function generateDockerfile(random: () => number): string {
  const instructions = Math.max(2, Math.round(quantile(random(), [1, 8, 19, 48, 97])));
  const runs = Math.min(instructions - 1, Math.round(quantile(random(), [0, 2, 8, 25, 41])));
  const style = random();
  const lines = [`FROM ${pick(random, bases)}`, ''];
  for (let index = 1; index < instructions; index++) {
    // RUNs are spread evenly among the others.
    const isRun =
      Math.floor((index * runs) / (instructions - 1)) > Math.floor(((index - 1) * runs) / (instructions - 1));
    if (random() < 0.2) lines.push(`# ${pick(random, comments)}`);
    lines.push(
      isRun ? runInstruction(random, quantile(random(), [16, 59, 348, 1359, 6585]), style) : pick(random, others),
    );
  }
  lines.push(pick(random, starts));
  return `${lines.join('\n')}\n`;
}

/** Interpolates between the values at 0, 50, 90, 99 and 100 percent. */
function quantile(at: number, values: readonly [number, number, number, number, number]): number {
  const marks = [0, 0.5, 0.9, 0.99, 1];
  const index = Math.min(
    3,
    marks.findLastIndex((mark) => mark <= at),
  );
  const [low, high] = [marks[index] ?? 0, marks[index + 1] ?? 1];
  const [from, to] = [values[index] ?? 0, values[index + 1] ?? 0];
  return from + ((at - low) / (high - low)) * (to - from);
}

function runInstruction(random: () => number, bytes: number, style: number): string {
  let text = `RUN ${style < 0.32 ? 'apt-get update' : pick(random, commands)}`;
  while (text.length < bytes) {
    const command = style < 0.32 && random() < 0.3 ? aptInstall(random, bytes - text.length) : pick(random, commands);
    text += ` \\\n    && ${command}`;
  }
  return text;
}

function aptInstall(random: () => number, bytes: number): string {
  let text = 'apt-get install -y --no-install-recommends';
  const length = Math.min(bytes, 40 + random() * 400);
  while (text.length < length) text += ` \\\n        ${pick(random, packages)}`;
  return text;
}

function pick<T>(random: () => number, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

const bases = [
  'debian:bookworm-slim',
  'node:24-bookworm',
  'alpine:3.22',
  'ubuntu:24.04',
  'python:3.13-slim',
  'golang:1.26 AS build',
];
const comments = [
  'Install the tools',
  'https://example.com/issue/123',
  'Keep the layer small',
  'see below',
  'openssl is needed at run time',
];
const packages = [
  'ca-certificates',
  'curl',
  'git',
  'build-essential',
  'libssl-dev',
  'python3-pip',
  'jq',
  'unzip',
  'wget',
  'gnupg2',
  'procps',
];
const commands = [
  'rm -rf /var/lib/apt/lists/*',
  'mkdir -p /opt/app/bin /var/log/app',
  'curl -fsSL https://example.com/releases/download/v1.2.3/tool_linux_amd64.tar.gz | tar -xz -C /usr/local/bin tool',
  'chmod +x /usr/local/bin/tool',
  'pip install --no-cache-dir -r /tmp/requirements.txt',
  'npm install -g pnpm@10',
  'git clone --depth 1 https://example.com/repo.git /src && cd /src && make -j"$(nproc)" install',
  'if [ "$TARGETARCH" = "arm64" ]; then export ARCH=aarch64; else export ARCH=x86_64; fi',
  'echo "deb [signed-by=/usr/share/keyrings/x.gpg] https://example.com/apt stable main" > /etc/apt/sources.list.d/x.list',
  'useradd --system --home /home/app --shell /usr/sbin/nologin app',
  "sed -i 's/^#\\(.*\\)$/\\1/' /etc/app.conf",
  'for f in a b c; do cp "/tmp/$f" "/opt/$f"; done',
  'set -eux; version="$(cat /tmp/VERSION)"; test -n "$version"',
  'wget -qO- https://example.com/install.sh | sh',
  'ln -sf /opt/app/bin/app /usr/local/bin/app',
];
const others = [
  'ENV LANG=C.UTF-8 PATH=/opt/app/bin:$PATH',
  'WORKDIR /app',
  'COPY package.json package-lock.json ./',
  'COPY --chown=app:app . .',
  'ARG VERSION=1.2.3',
  'LABEL org.opencontainers.image.source="https://example.com/repo"',
  'EXPOSE 8080',
  'USER app',
  'VOLUME /data',
  'ADD https://example.com/file.txt /tmp/file.txt',
  'COPY docker-entrypoint.sh /usr/local/bin/',
];
const starts = [
  'CMD ["node", "index.js"]',
  'ENTRYPOINT ["docker-entrypoint.sh"]',
  'CMD python app.py',
  'ENTRYPOINT ["tini", "--"]\nCMD ["sh", "-c", "npm install && npm start"]',
  'CMD ["/usr/sbin/nginx", "-g", "daemon off;"]',
];
