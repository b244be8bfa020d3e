import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killedUnnoticed } from '../../../../src/core/deploy/buildFailures.ts';
import type { DeployStep } from '../../../../src/core/deploy/DeployPlan.ts';
import { explainFailure } from '../../../../src/core/deploy/explainFailure.ts';
import type { FailureKind, MachineFacts } from '../../../../src/core/deploy/FailureExplanation.ts';
import { planDeploy } from '../../../../src/core/deploy/planDeploy.ts';
import { outputBlock, outputLines, outputSection } from '../../../support/outputs.ts';

const machine: MachineFacts = { name: 'vm1', memoryBytes: 2_067_513_344, architecture: 'amd64' };

function stepOf(id: DeployStep['id']): DeployStep {
  const plan = planDeploy('update', { folder: '/opt/openclaw', gatewayService: 'openclaw-gateway' });
  const step = plan.find((candidate) => candidate.id === id);
  assert.ok(step !== undefined);
  return step;
}

function explain(id: DeployStep['id'], lines: readonly string[], exitCode: number | undefined = 1) {
  return explainFailure(stepOf(id), exitCode, lines, machine);
}

/** A real block of an errors file: its kind, and what its message must name. */
function check(id: DeployStep['id'], file: string, title: string, kind: FailureKind, named: RegExp): void {
  test(`${title}: ${kind}`, () => {
    const { lines, exitCode } = outputBlock(file, title);
    const { kind: actual, message, remedy, details } = explain(id, lines, exitCode);
    assert.equal(actual, kind, message);
    assert.match(message, named);
    assert.notEqual(remedy, '');
    assert.notEqual(details.length, 0);
  });
}

const engine = 'errors-docker-compose.txt';
check(
  'up',
  engine,
  '[port already allocated by another container]',
  'portTaken',
  /Port 18789 on "vm1" is taken by another container/,
);
check('up', engine, '[port in use by a host process]', 'portTaken', /Port 18789 on "vm1" is taken by another program/);
check('build', engine, 'docker compose build  [user not in docker group]', 'noSocketPermission', /"vm1"/);
check('up', engine, 'docker compose up -d  [dockerd stopped]', 'engineStopped', /engine on "vm1"/);
check('build', engine, 'docker buildx build .  [dockerd stopped]', 'engineStopped', /engine on "vm1"/);
check('build', engine, '[no compose file]', 'noComposeFile', /compose file in \/opt\/openclaw/);
check('up', engine, '[no compose file]', 'noComposeFile', /compose file in \/opt\/openclaw on "vm1"/);
check('up', engine, '[YAML syntax]', 'composeFile', /yaml: line 4/);
check('up', engine, '[unknown key]', 'composeFile', /Additional property imagee is not allowed/);
check('up', engine, '[wrong type]', 'composeFile', /services\.a\.ports must be a list/);
check('build', engine, '[neither image nor build]', 'composeFile', /neither an image nor a build context/);
check('up', engine, '[undefined volume]', 'composeFile', /undefined volume data/);
check('up', engine, '[depends on undefined]', 'composeFile', /undefined service "zz"/);
check('up', engine, '[required variable]', 'missingVariable', /variable NOPE/);
check('up', engine, '[missing env_file]', 'missingEnvFile', /\/opt\/y\/nope\.env/);
check('up', engine, '[no such service]', 'noSuchService', /no service "zz"/);
check('up', engine, '[image missing, no internet]', 'imageNotAvailable', /registry-1\.docker\.io/);
check('build', engine, '[Dockerfile missing]', 'dockerfileMissing', /no Dockerfile/);
check('build', engine, '[Dockerfile parse error]', 'dockerfile', /line 2: unknown instruction: RUNN/);
check('build', engine, '[COPY source missing]', 'copySourceMissing', /copies nope/);
check('build', engine, '[RUN exit 2]', 'other', /exit code 2 \(in "RUN echo hi && exit 2"\)/);
check('build', engine, '[RUN curl without network/DNS]', 'downloadFailed', /Could not resolve host: example\.invalid/);
check('build', engine, '[command not found in RUN]', 'commandNotFound', /no pnpm/);
check('build', engine, '[base image missing, no internet]', 'imageNotAvailable', /nope\/nope:1/);
check('up', engine, '[command not in image]', 'commandNotFound', /no nope/);
check('build', engine, '[docker without compose plugin]', 'noComposePlugin', /"vm1"/);
check('build', engine, '[docker without buildx plugin]', 'noBuildx', /"vm1"/);
check('build', engine, '[docker not installed]', 'noDocker', /"vm1"/);

const disk = 'errors-no-space.txt';
check('build', disk, '[context/COPY fills the disk]', 'noSpace', /disk of "vm1" is full/);
check('build', disk, '[docker system df]', 'noSpace', /disk of "vm1" is full/);
check('build', disk, '[RUN fills the disk]', 'noSpace', /disk of "vm1" is full/);

/** The blocks of the git captures begin with a comment line. */
function checkGit(heading: string, command: string, kind: FailureKind, named: RegExp): void {
  test(`git, ${heading}: ${kind}`, () => {
    const lines = outputLines('errors-git-pull.txt');
    const from = lines.indexOf(`# ${heading}`);
    assert.ok(from >= 0);
    const start = lines.indexOf(`$ ${command}`, from);
    const end = lines.findIndex((line, index) => index > start && line.startsWith('=> exit '));
    const { kind: actual, message } = explain('pull', lines.slice(start + 1, end), Number(lines[end]?.slice(8)));
    assert.equal(actual, kind, message);
    assert.match(message, named);
  });
}
checkGit(
  'local uncommitted change',
  'git pull --ff-only',
  'gitLocalChanges',
  /\/opt\/openclaw on "vm1" were changed there \(f\)/,
);
checkGit('untracked file in the way', 'git pull --ff-only', 'gitLocalChanges', /\(new\)/);
checkGit('diverged', 'git pull --ff-only', 'gitDiverged', /commits of its own/);
checkGit('diverged', 'git pull', 'gitDiverged', /commits of its own/);
checkGit('merge conflict', 'git pull', 'gitConflict', /conflicts/);
checkGit('merge conflict', 'git -c pull.rebase=false pull', 'gitConflict', /conflicts/);
checkGit('remote gone', 'git pull', 'gitRemote', /cannot reach the remote repository/);
checkGit('ssh host key unknown', 'git -c core.sshCommand=ssh -o BatchMode=yes pull', 'gitRemote', /cannot reach/);
checkGit('no DNS', 'git pull', 'gitRemote', /cannot reach/);
checkGit('not a repo', 'git pull', 'gitNotARepository', /not a git repository/);
checkGit('dubious ownership', 'git pull', 'gitOwnership', /\/opt\/g\/up/);
checkGit('index.lock', 'git commit --allow-empty -m x', 'gitLocked', /Another git command/);

test('a build killed for memory says so, with what the VM has', () => {
  const lines = [...outputLines('compose-build-137.stdout.txt'), ...outputLines('compose-build-137.stderr.txt')];
  const { kind, message, remedy, details } = explain('build', lines, 17);
  assert.equal(kind, 'outOfMemory');
  assert.match(message, /RUN echo resolving dependencies/);
  assert.match(
    message,
    /on "vm1" was killed \(exit code 137\): the VM is out of memory\. The VM has 2 GB; a source build needs 6 GB\./,
  );
  assert.match(remedy, /larger machine class/);
  assert.ok(details.some((line) => line.includes('exit code: 137')));
});

for (const [file, exitCode] of [
  ['compose-build-137-whole-host-limit.txt', 17],
  ['docker-build-137.stderr.txt', 1],
] as const) {
  test(`${file} is out of memory`, () =>
    assert.equal(explain('build', outputLines(file), exitCode).kind, 'outOfMemory'));
}

for (const section of ['exec form', 'script with set -e', 'npm-like wrapper: parent reports signal']) {
  test(`137, ${section}: out of memory`, () => {
    assert.equal(explain('build', outputSection('compose-build-137-variants.txt', section), 17).kind, 'outOfMemory');
  });
}

test('a wrapper that hides the kill is told as likely, without the exit code', () => {
  const lines = outputSection('compose-build-137-variants.txt', 'npm-like wrapper: parent reports signal');
  const { message } = explain('build', lines, 17);
  assert.match(message, /most likely because the VM is out of memory/);
  assert.doesNotMatch(message, /137/);
});

test('a kill that a pipe hides is noticed in a green build', () => {
  assert.equal(killedUnnoticed(outputSection('compose-build-137-variants.txt', 'pipe hides it')), '#5 0.417 Killed');
  assert.equal(killedUnnoticed(outputLines('compose-build-plain-success.stdout.txt')), undefined);
});

test('an unreachable # syntax= image is named', () => {
  const { kind, message } = explain('build', outputSection('compose-build-137-variants.txt', 'syntax line'), 17);
  assert.equal(kind, 'syntaxImage');
  assert.match(message, /docker\.io\/docker\/dockerfile:1/);
});

test('a machine with enough memory is not told to need 6 GB', () => {
  const big: MachineFacts = { name: 'vm1', memoryBytes: 16 * 2 ** 30 };
  const { message } = explainFailure(stepOf('build'), 17, outputLines('compose-build-137.stderr.txt'), big);
  assert.match(message, /"vm1" has 16 GB, shared/);
  assert.doesNotMatch(message, /needs 6 GB/);
});

test('a machine that did not say its memory is told what a build needs', () => {
  const { message } = explainFailure(stepOf('build'), 17, outputLines('compose-build-137.stderr.txt'), { name: 'vm1' });
  assert.match(message, /A source build needs 6 GB/);
});

const buildError = (output: string, exitCode: number): readonly string[] => [
  '#6 [a 2/2] RUN get',
  `#6 0.513 ${output}`,
  `#6 ERROR: process "/bin/sh -c get" did not complete successfully: exit code: ${exitCode}`,
  '------',
  ' > [a 2/2] RUN get:',
  `0.513 ${output}`,
  '------',
  `failed to solve: process "/bin/sh -c get" did not complete successfully: exit code: ${exitCode}`,
];

for (const [output, exitCode, kind] of [
  ['curl: (22) The requested URL returned error: 404', 22, 'downloadFailed'],
  ['gzip: stdin: not in gzip format', 2, 'downloadNotAnArchive'],
  ['tar: This does not look like a tar archive', 2, 'downloadNotAnArchive'],
  ['sha256sum: WARNING: 1 computed checksum did NOT match', 1, 'checksumMismatch'],
  ['/gog.tar.gz: FAILED', 1, 'checksumMismatch'],
  ['exec /bin/sh: exec format error', 1, 'wrongArchitecture'],
  ['Error: this OpenClaw release requires Node >=24.16.0', 1, 'nodeTooOld'],
  ['curl: (56) Recv failure: Connection reset by peer', 56, 'downloadFailed'],
] as const) {
  test(`a step that prints "${output}": ${kind}`, () => {
    const explained = explain('build', buildError(output, exitCode), 17);
    assert.equal(explained.kind, kind, explained.message);
  });
}

test('a 404 is told as a wrong asset name', () => {
  const { remedy } = explain('build', buildError('curl: (22) The requested URL returned error: 404', 22), 17);
  assert.match(remedy, /asset/);
});

test('what a step that went well printed explains nothing', () => {
  const lines = [
    '#5 0.1 /bin/sh: 1: which: not found',
    '#5 0.2 curl: (22) 404',
    '#5 DONE 0.2s',
    ...buildError('boom', 3),
  ];
  const { kind, message } = explain('build', lines, 17);
  assert.equal(kind, 'other');
  assert.match(message, /exit code 3 \(in "RUN get"\)/);
});

test('an engine that stops in mid-build is the cause, whatever else is printed', () => {
  const lines = [
    '#6 0.5 working',
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  ];
  assert.equal(explain('build', lines, 1).kind, 'engineStopped');
});

test('an unset variable in a volume is named', () => {
  const lines = [
    'time="2026-11-22T08:42:43Z" level=warning msg="The \\"OPENCLAW_CONFIG_DIR\\" variable is not set. Defaulting to a blank string."',
    'invalid spec: :/home/node/.openclaw: empty section between colons',
  ];
  const { kind, message, remedy } = explain('up', lines, 15);
  assert.equal(kind, 'missingVariable');
  assert.match(message, /OPENCLAW_CONFIG_DIR is not set/);
  assert.match(remedy, /\/opt\/openclaw\/\.env/);
});

test('a folder that is not there', () => {
  assert.equal(explain('build', ["sh: 5: cd: can't cd to /opt/openclaw"], 1).kind, 'noFolder');
  assert.equal(explain('pull', ['bash: line 5: cd: /opt/openclaw: No such file or directory'], 1).kind, 'noFolder');
});

test('a branch without upstream', () => {
  const explained = explain('pull', ['There is no tracking information for the current branch.'], 1);
  assert.equal(explained.kind, 'gitNoUpstream');
});

test('what no rule knows is told with its last line and exit code', () => {
  const { kind, message, details } = explain('up', ['first', 'something odd'], 42);
  assert.equal(kind, 'other');
  assert.equal(message, '"Start the services" on "vm1" failed with exit code 42: something odd');
  assert.deepEqual(details, ['first', 'something odd']);
});

test('no output at all', () => {
  assert.equal(
    explainFailure(stepOf('up'), undefined, [], machine).message,
    '"Start the services" on "vm1" was ended by a signal',
  );
});

test('secrets in the output show in no part of the explanation', () => {
  const lines = ['docker login --password hunter2hunter2', 'OPENCLAW_GATEWAY_TOKEN=abcdef0123456789 is odd'];
  assert.doesNotMatch(JSON.stringify(explain('up', lines)), /hunter2hunter2|abcdef0123456789/);
});
