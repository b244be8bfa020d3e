import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { lintProject } from '../../src/core/lint/lintProject.ts';
import { generateDockerfile, seededRandom } from './generateDockerfile.ts';
import { LanguageServer } from './LanguageServer.ts';
import { type Metric, median, metric, percentile } from './metrics.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const fileCount = 3000;
const rounds = 5;
const edits = 500;
const folderEdits = 50;
const starts = 15;
/**
 * Where hadolint is not installed: files per second of hadolint 2.15.1 (35, one process for all files) by those of dockerfile-utils
 * (2,144), measured on one machine on real files of this shape. Taken times dockerfile-utils of this run, the machine's load cancels out.
 */
const recordedHadolintShare = 35 / 2144;

export async function measure(): Promise<readonly Metric[]> {
  const random = seededRandom(20260526);
  const files = Array.from({ length: fileCount }, () => generateDockerfile(random));
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-vm-bench-'));
  try {
    const perFile = measureFiles(files);
    return [
      ...perFile,
      ...(await measureTyping(files)),
      measureFolder(files),
      ...(await measureStart(files, folder)),
      measureCli(files, folder, perFile[0]?.peers['dockerfile-utils'] ?? Number.NaN),
      measureGrowth(),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lint(text: string, root = '/p'): number {
  return lintProject({ root, texts: new Map([[`${root}/Dockerfile`, text]]) }).length;
}

/** Of the last text of each file its instructions are known: a text that shares none with the next one takes their place. */
function forget(): void {
  lint('FROM scratch\n');
}

/** A file that nothing is known of. */
function timedLint(text: string): number {
  forget();
  return timed(() => lint(text));
}

/** Every round has texts of its own: nothing of ours may be remembered from the round before. */
function measureFiles(files: readonly string[]): readonly Metric[] {
  const ours: number[] = [];
  const peer: number[] = [];
  const ourTimes: number[] = [];
  const peerTimes: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const texts = files.map((text) => `${text}# round ${round}\n`);
    const ourRound = texts.map(timedLint);
    const peerRound = texts.map((text) => timed(() => validate(text)));
    // The first round warms up.
    if (round === 0) continue;
    ours.push(files.length / (sum(ourRound) / 1000));
    peer.push(files.length / (sum(peerRound) / 1000));
    ourTimes.push(percentile(ourRound, 95));
    peerTimes.push(percentile(peerRound, 95));
  }
  return [
    metric(
      'lint.files',
      'files/s',
      median(ours),
      { 'dockerfile-utils': median(peer) },
      { atLeast: 3, peer: 'dockerfile-utils' },
    ),
    metric(
      'lint.file.p95',
      'ms',
      median(ourTimes),
      { 'dockerfile-utils': median(peerTimes) },
      { atMost: 1 / 3, peer: 'dockerfile-utils' },
    ),
  ];
}

/**
 * One character more per step, in files of 1 KB, 2 KB and so on up to 20 KB: what the editor does with a document after each edit. As
 * many edits of other files go before, for both: people type into an editor that they have typed into, not into one that has just
 * started, whose code is not compiled yet (`lint.first` measures that one).
 */
async function measureTyping(files: readonly string[]): Promise<readonly Metric[]> {
  const filesFrom = (first: number): readonly string[] =>
    Array.from({ length: 20 }, (_, index) => fileOfSize(files.slice(index * 100 + first), (index + 1) * 1024));
  const [warmUp, chosen] = [filesFrom(50), filesFrom(0)];
  const server = new LanguageServer();
  await server.initialize();
  const ours: number[] = [];
  const peer: number[] = [];
  const random = seededRandom(7);
  let version = 1;
  for (const [index, original] of [...warmUp, ...chosen].entries()) {
    const isWarmUp = index < warmUp.length;
    const root = `/p/${index}`;
    const uri = `file://${root}/Dockerfile`;
    let text = original;
    await server.open(uri, text);
    lint(text, root);
    for (let step = 0; step < edits / chosen.length; step++) {
      const at = Math.floor(random() * text.length);
      text = `${text.slice(0, at)}${'abc \\\n"'[Math.floor(random() * 7)]}${text.slice(at)}`;
      const took = timed(() => lint(text, root));
      const before = performance.now();
      await server.change(uri, ++version, text);
      const serverTook = performance.now() - before;
      if (isWarmUp) continue;
      ours.push(took);
      peer.push(serverTook);
    }
  }
  await server.stop();
  const server95 = { 'language server': percentile(peer, 95), limit: 1 };
  return [
    metric('lint.keystroke.p95', 'ms', percentile(ours, 95), server95, { atMost: 0.5, peer: 'language server' }),
    metric('lint.keystroke.p95.limit', 'ms', percentile(ours, 95), server95, { atMost: 1, peer: 'limit' }),
  ];
}

/** One character more in one file of a folder with 300 images: what stands in the other 299 is known, and stays what it was. */
function measureFolder(files: readonly string[]): Metric {
  const texts = new Map(files.slice(0, 300).map((text, index) => [`/images/${index}/Dockerfile`, text]));
  const paths = [...texts.keys()];
  const lintFolder = (): number => lintProject({ root: '/images', texts: new Map(texts) }).length;
  const ofNew = timed(lintFolder);
  const random = seededRandom(11);
  const took = Array.from({ length: 2 * folderEdits }, () => {
    const path = paths[Math.floor(random() * paths.length)] ?? '';
    const text = texts.get(path) ?? '';
    const at = Math.floor(random() * text.length);
    texts.set(path, `${text.slice(0, at)}a${text.slice(at)}`);
    return timed(lintFolder);
  });
  const peers = { 'one frame': 1000 / 60, 'all files new': ofNew };
  return metric('lint.keystroke.folder', 'ms', median(took.slice(folderEdits)), peers, {
    atMost: 1,
    peer: 'one frame',
  });
}

/** Several files one below the other, as stages, cut at the end of a line. */
function fileOfSize(files: readonly string[], bytes: number): string {
  let text = '';
  for (const file of files) {
    if (text.length >= bytes) break;
    text += file;
  }
  return text.slice(0, text.lastIndexOf('\n', bytes) + 1);
}

/**
 * From nothing loaded to the first diagnostics, in a fresh process each. The server is a process of its own, so its start is part of it;
 * ours is loaded into the extension host, which runs already: from `require` to the findings, with the compiled code that the start
 * before has kept. Beside it: the same at the very first start, when nothing is kept, and with the start of a process as the server has it.
 */
async function measureStart(files: readonly string[], folder: string): Promise<readonly Metric[]> {
  const text = files[0] ?? '';
  const storage = join(folder, 'code');
  const script = (keepMs: number | undefined): string => `
${keepMs === undefined ? '' : `require(${JSON.stringify(join(dist, 'codeCache.js'))}).keepCodeIn(${JSON.stringify(storage)}, ${keepMs});`}
const before = performance.now();
const { lintProject } = require(${JSON.stringify(join(dist, 'checks.js'))});
lintProject({ root: '/p', texts: new Map([['/p/Dockerfile', ${JSON.stringify(text)}]]) });
const took = performance.now() - before;
process.stdout.write(String(took));`;
  const start = (keepMs: number | undefined, rest = ''): number => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', script(keepMs) + rest], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`The checks could not be loaded: ${stderr}`);
    return Number(stdout);
  };
  start(0, 'setTimeout(() => {}, 500);');
  const ours: number[] = [];
  const oursAtFirst: number[] = [];
  const oursWithProcess: number[] = [];
  const peer: number[] = [];
  for (let round = 0; round < starts; round++) {
    const spawned = performance.now();
    ours.push(start(60_000));
    oursWithProcess.push(performance.now() - spawned);
    oursAtFirst.push(start(undefined));
    const before = performance.now();
    const server = new LanguageServer();
    await server.initialize();
    await server.open('file:///p/Dockerfile', text);
    peer.push(performance.now() - before);
    await server.stop();
  }
  return [
    metric(
      'lint.first',
      'ms',
      median(ours),
      {
        'language server': median(peer),
        'ours, nothing kept': median(oursAtFirst),
        'ours, with a process': median(oursWithProcess),
      },
      { atMost: 0.1, peer: 'language server' },
    ),
  ];
}

/**
 * The command line on a folder, start of the process included: each program in the format that it prints unasked. Ours then says what fix
 * it would make; beside it the same with all edits of all fixes, as JSON. hadolint has none.
 */
function measureCli(files: readonly string[], folder: string, dockerfileUtilsFilesPerSecond: number): Metric {
  const cli = join(dist, 'cli.js');
  const projects = join(folder, 'projects');
  const paths = files.map((text, index) => {
    const project = join(projects, String(index));
    mkdirSync(project, { recursive: true });
    writeFileSync(join(project, 'Dockerfile'), text);
    return join(project, 'Dockerfile');
  });
  const run = (program: string, args: readonly string[]): number =>
    timed(() => {
      const { error, status } = spawnSync(program, args, { maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'inherit'] });
      if (error !== undefined || status === 2 || status === null)
        throw error ?? new Error(`${program} ended with ${status}`);
    });
  const ours: number[] = [];
  const oursAsJson: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(files.length / (run(process.execPath, [cli, 'lint', projects]) / 1000));
    oursAsJson.push(files.length / (run(process.execPath, [cli, 'lint', '--format', 'json', projects]) / 1000));
  }
  const hasHadolint = spawnSync('hadolint', ['--version']).status === 0;
  const sample = paths.slice(0, 300);
  const hadolint = hasHadolint
    ? sample.length / (run('hadolint', ['--no-fail', ...sample]) / 1000)
    : recordedHadolintShare * dockerfileUtilsFilesPerSecond;
  const name = hasHadolint ? 'hadolint' : 'hadolint (recorded)';
  return metric(
    'lint.cli',
    'files/s',
    median(ours),
    { [name]: hadolint, 'ours, JSON with fixes': median(oursAsJson) },
    { atLeast: 100, peer: name },
  );
}

/** Time per instruction in a file of 20,000 against one of 200. */
function measureGrowth(): Metric {
  let unique = 0;
  const file = (count: number): string =>
    `FROM node:24\n${Array.from({ length: count }, (_, index) => `RUN echo ${index} && apt-get install -y p${index}\n`).join('')}# ${unique++}\n`;
  const perInstruction = (count: number): number =>
    median(
      Array.from({ length: rounds }, () => {
        const texts = Array.from({ length: Math.ceil(20_000 / count) }, () => file(count));
        return sum(texts.map(timedLint)) / (texts.length * count);
      }),
    ) * 1000;
  perInstruction(200);
  return metric(
    'lint.growth',
    'us/instruction',
    perInstruction(20_000),
    { '200 instructions': perInstruction(200) },
    { atMost: 2, peer: '200 instructions' },
  );
}

function timed(action: () => unknown): number {
  const before = performance.now();
  action();
  return performance.now() - before;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
