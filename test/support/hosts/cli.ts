import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { runsFolder } from './cache.ts';
import { HostGroup } from './hostGroup.ts';
import { hostBase, type ImageName } from './imageSets.ts';
import { startNameServer } from './nameServer.ts';
import { releaseHostNames, startReleaseHost } from './releaseHost.ts';
import { clearDeadRuns, describeOwner, readSlots } from './slots.ts';
import { requireHostSystem } from './systemPackages.ts';
import type { TestHost } from './testHost.ts';

const usage = `Usage: npm run hosts -- COMMAND …

  up NAME… [--memory 2G] [--images node,fixture,openclaw]
  down NAME… | --all         --all also clears what dead runs left
  list                       hosts of every run on this machine
  ssh NAME [--user deploy] -- COMMAND…
  cut NAME | heal NAME       pull the network cable, put it back
  kill-sshd NAME | start-sshd NAME
  kill-engine NAME | stop-engine NAME | start-engine NAME
  reboot NAME [--power-cut]
  memory NAME 256M | none    limit image build steps that start from now on
  release-host               serve release binaries as github.com until interrupted

  --slot N   which network (10.77.N.0/24), where several people raise hosts on one machine; default: the one of the
             hosts that this clone raised before, else a free one
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean' },
    images: { type: 'string', default: 'fixture' },
    memory: { type: 'string' },
    'power-cut': { type: 'boolean' },
    slot: { type: 'string' },
    user: { type: 'string', default: 'root' },
  },
});

const images = values.images.split(',').filter(Boolean) as ImageName[];
const [command = 'help', ...names] = positionals;

const actions: Readonly<Record<string, () => Promise<void>>> = {
  up,
  down,
  list,
  ssh,
  cut: withHost((host) => host.cut()),
  heal: withHost((host) => host.heal()),
  'kill-sshd': withHost((host) => host.killSshd()),
  'start-sshd': withHost((host) => host.startSshd()),
  'kill-engine': withHost((host) => host.killEngine()),
  'stop-engine': withHost((host) => host.stopEngine()),
  'start-engine': withHost((host) => host.startEngine()),
  reboot: withHost(
    async (host) => await host.reboot(await hostBase(images), { powerCut: values['power-cut'] ?? false }),
  ),
  memory: withHost((host) => host.limitBuildMemory(names[1] === 'none' ? undefined : parseBytes(names[1] ?? ''))),
  'release-host': serveReleases,
};

const action = actions[command];
if (action === undefined) {
  process.stderr.write(usage);
  process.exitCode = command === 'help' ? 0 : 2;
} else {
  try {
    await action();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

async function up(): Promise<void> {
  requireHostSystem();
  if (names.length === 0) throw new Error('Name the hosts: npm run hosts -- up vm1');
  const base = await hostBase(images);
  const memoryBytes = values.memory === undefined ? undefined : parseBytes(values.memory);
  const group = (await openOwn()) ?? (await HostGroup.createLasting(runsFolder, askedSlot()));
  try {
    await group.up(names, base, memoryBytes);
    for (const host of group.hosts) process.stdout.write(`${describeHost(host)}\n`);
  } catch (error) {
    if (group.hosts.every((host) => !host.isUp)) group.clear();
    throw error;
  } finally {
    await group.close();
  }
}

async function down(): Promise<void> {
  const group = await openOwn();
  const isLast = group?.hosts.every((host) => names.includes(host.name)) ?? false;
  if (group !== undefined && (values.all || isLast)) await group.down();
  else if (group !== undefined) {
    try {
      group.remove(names);
    } finally {
      await group.close();
    }
  } else if (!values.all) throw new Error('No test hosts are up that the command line raised.');
  if (values.all) {
    const cleared = await clearDeadRuns(runsFolder);
    if (cleared.length > 0) process.stdout.write(`Cleared what dead runs left in slot ${cleared.join(', ')}.\n`);
  }
}

async function list(): Promise<void> {
  for (const slot of readSlots()) {
    process.stdout.write(`${describeOwner(slot)}\n`);
    for (const { name, index } of Object.values(slot.hosts)) {
      process.stdout.write(
        `  ${name.padEnd(10)} 10.77.${slot.number}.${10 + index}  ssh -F ${slot.folder}/ssh_config ${name}\n`,
      );
    }
  }
}

async function ssh(): Promise<void> {
  const [name = '', ...argv] = names;
  const group = await openOwn();
  const host = group?.get(name);
  // The lock must not stay taken while somebody works on the host.
  await group?.close();
  if (host === undefined) throw new Error('No test hosts are up that the command line raised.');
  const result = spawnSync(
    'ssh',
    ['-F', host.sshConfigFile, '-l', values.user, name, ...(argv.length > 0 ? ['--', ...argv] : [])],
    {
      stdio: 'inherit',
    },
  );
  process.exitCode = result.status ?? 255;
}

async function serveReleases(): Promise<void> {
  const group = await openOwn();
  if (group === undefined) throw new Error('Raise hosts first: npm run hosts -- up vm1');
  await group.close();
  await startNameServer(group.machineAddress, releaseHostNames, group.machineAddress);
  const releaseHost = await startReleaseHost(group.machineAddress, group.folder);
  process.stdout.write(`Serving ${releaseHost.urls().join('\n        ')}\nInterrupt to stop.\n`);
}

function withHost(act: (host: TestHost) => void | Promise<void>): () => Promise<void> {
  return async () => {
    const group = await openOwn();
    if (group === undefined) throw new Error('No test hosts are up that the command line raised.');
    try {
      await act(group.get(names[0] ?? ''));
    } finally {
      await group.close();
    }
  };
}

/** The group that an earlier command of this clone raised. */
async function openOwn(): Promise<HostGroup | undefined> {
  const slot =
    askedSlot() ??
    readSlots().find(({ owner, folder }) => owner.kind === 'command line' && folder.startsWith(runsFolder))?.number;
  return slot === undefined ? undefined : await HostGroup.open(slot);
}

function askedSlot(): number | undefined {
  const text = values.slot ?? process.env['OPENCLAW_VM_HOSTS_SLOT'];
  return text === undefined ? undefined : Number(text);
}

function describeHost(host: TestHost): string {
  return `${host.name.padEnd(10)} ${host.address}  ssh -F ${host.sshConfigFile} ${host.name}`;
}

function parseBytes(text: string): number {
  const [, count, unit = ''] = /^(\d+)([KMG]?)$/i.exec(text) ?? [];
  if (count === undefined) throw new Error(`"${text}" is not an amount of memory: write 256M or 2G.`);
  return Number(count) * 1024 ** ' KMG'.indexOf(unit.toUpperCase() || ' ');
}
