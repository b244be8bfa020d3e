import type { GatewayEra } from './GatewayEra.ts';
import { type ContainerFacts, type GatewayPaths, gatewayPaths, isWithin } from './gatewayPaths.ts';
import type { MountFact } from './MountFact.ts';
import type { PersistenceFinding, PersistenceRow } from './PersistenceRow.ts';

/**
 * The "What persists where" table of an era, row by row, against what a container really has. A folder is kept by a bind mount or a
 * named volume on it or on a folder above it; an anonymous volume and a tmpfs keep nothing. Of the environment only the presence of
 * variables counts, never a value in the result.
 */
export function checkPersistence(
  mounts: readonly MountFact[],
  era: GatewayEra,
  environment: ReadonlyMap<string, string>,
  user?: string,
): readonly PersistenceFinding[] {
  const facts: ContainerFacts = { mounts, environment, ...(user === undefined ? {} : { user }) };
  return persistenceTable(era, gatewayPaths(era, facts)).map((row) => checkRow(row, facts));
}

/**
 * The table: for the era of the Docker VM runtime page its eleven rows in its words; older eras had no plugin packages, newer ones
 * keep channel credentials and the credential key in folders of their own.
 */
export function persistenceTable(era: GatewayEra, paths: GatewayPaths): readonly PersistenceRow[] {
  const { state } = paths;
  const isOld = era === 'clawdbot' || era === 'moltbot';
  const hasSecretKey = era === 'openclawSecretKey';
  const mounted = 'Host volume mount' as const;
  const row = (
    id: string,
    component: string,
    rowPaths: readonly string[],
    mechanism: PersistenceRow['mechanism'],
    note: string,
    location = rowPaths.map((path) => `${path}/`).join(', '),
  ): PersistenceRow => ({ id, component, location, paths: rowPaths, mechanism, note });

  const credentials = isOld
    ? row('model-auth', 'Model auth profiles', [state], mounted, 'OAuth tokens and API keys')
    : hasSecretKey
      ? row(
          'model-auth',
          'Model auth profiles',
          [`${state}/state`, `${state}/agents`],
          mounted,
          'Credential rows in SQLite (OAuth, API keys), also per agent; a backup of them is a credential itself',
          `${state}/state/openclaw.sqlite, ${state}/agents/<agentId>/agent/openclaw-agent.sqlite`,
        )
      : row(
          'model-auth',
          'Model auth profiles',
          [`${state}/state`],
          mounted,
          'SQLite `auth_profile_stores` rows (OAuth, API keys)',
          `${state}/state/openclaw.sqlite`,
        );
  const configFile = isOld ? '`clawdbot.json` or `moltbot.json`' : '`openclaw.json`';
  return [
    row('config', 'Gateway config', [state], mounted, `Includes ${configFile}, \`.env\``),
    credentials,
    ...(hasSecretKey
      ? [
          row('channel-credentials', 'Channel credentials', [`${state}/credentials`], mounted, 'Sign-ins of channels'),
          row(
            'auth-profile-key',
            'Auth profile key',
            [paths.secretKey],
            mounted,
            'Decrypts older auth profiles; a folder of its own since 2026.5.12',
          ),
        ]
      : []),
    row('skill-configs', 'Skill configs', [`${state}/skills`], mounted, 'Skill-level state'),
    row('workspace', 'Agent workspace', [paths.workspace], mounted, 'Code and agent artifacts'),
    row('whatsapp', 'WhatsApp session', [state], mounted, 'Preserves QR login'),
    row('gmail-keyring', 'Gmail keyring', [state], 'Host volume + password', `Requires \`${keyringPassword}\``),
    ...(isOld
      ? []
      : [
          row(
            'plugins',
            'Plugin packages',
            [`${state}/npm`, `${state}/git`],
            mounted,
            'Downloadable plugin package roots',
            `${state}/npm, ${state}/git`,
          ),
        ]),
    row('binaries', 'External binaries', ['/usr/local/bin'], 'Docker image', 'Must be baked at build time'),
    row('node', 'Node runtime', [], 'Docker image', 'Rebuilt every image build', 'Container filesystem'),
    row('os-packages', 'OS packages', [], 'Docker image', 'Do not install at runtime', 'Container filesystem'),
    row('container', 'Docker container', [], 'Restartable', 'Safe to destroy', 'Ephemeral'),
  ];
}

const keyringPassword = 'GOG_KEYRING_PASSWORD';

function checkRow(row: PersistenceRow, facts: ContainerFacts): PersistenceFinding {
  switch (row.mechanism) {
    case 'Restartable':
      return { ...row, state: 'ephemeral', explanation: 'Nothing in the container itself needs to survive.' };
    case 'Docker image':
      return checkImageRow(row, facts.mounts);
    case 'Host volume mount':
      return checkMountRow(row, facts.mounts);
    case 'Host volume + password': {
      const finding = checkMountRow(row, facts.mounts);
      const hasPassword = (facts.environment.get(keyringPassword) ?? '') !== '';
      if (finding.state !== 'kept' || hasPassword) return finding;
      return {
        ...finding,
        state: 'partly',
        explanation: `The folder is kept, but ${keyringPassword} is not set: without it the keyring cannot be opened. Put it into .env and recreate the container.`,
      };
    }
  }
}

function checkImageRow(row: PersistenceRow, mounts: readonly MountFact[]): PersistenceFinding {
  const hiding = row.paths.map((path) => coveringMount(path, mounts)).find((mount) => mount !== undefined);
  if (hiding === undefined) {
    return {
      ...row,
      state: 'inImage',
      explanation: 'Comes back with every container of the image; what is installed in a running container does not.',
    };
  }
  return {
    ...row,
    state: 'partly',
    by: hiding,
    explanation: `${describeMount(hiding)} at ${hiding.target} hides what the image holds there. Remove that mount.`,
  };
}

function checkMountRow(row: PersistenceRow, mounts: readonly MountFact[]): PersistenceFinding {
  const found = row.paths.map((path) => ({ path, mount: coveringMount(path, mounts) }));
  const by = found.map(({ mount }) => mount).find((mount) => mount !== undefined);
  const losing = found.filter(({ mount }) => mount === undefined || !keeps(mount));
  const file = singleFileMount(row, mounts);
  const base = { ...row, ...(by === undefined ? {} : { by }) };
  if (losing.length === 0) {
    if (by?.readOnly === true) {
      return {
        ...base,
        state: 'partly',
        explanation: `${describeMount(by)} is read-only: the gateway cannot save there.`,
      };
    }
    if (file !== undefined) return { ...base, state: 'partly', by: file, explanation: singleFileExplanation(file) };
    return { ...base, state: 'kept', explanation: by === undefined ? '' : `Kept by ${lowerFirst(describeMount(by))}.` };
  }
  if (file !== undefined && losing.length === found.length) {
    return { ...base, state: 'partly', by: file, explanation: singleFileExplanation(file) };
  }
  return {
    ...base,
    state: losing.length === found.length ? 'lost' : 'partly',
    explanation: losing.map(({ path, mount }) => lossExplanation(path, mount)).join(' '),
  };
}

/** The innermost mount that holds `path`. */
function coveringMount(path: string, mounts: readonly MountFact[]): MountFact | undefined {
  return mounts
    .filter((mount) => isWithin(path, mount.target))
    .reduce<MountFact | undefined>(
      (innermost, mount) =>
        innermost === undefined || mount.target.length > innermost.target.length ? mount : innermost,
      undefined,
    );
}

function keeps(mount: MountFact): boolean {
  return mount.kind !== 'tmpfs' && !mount.anonymous;
}

/** The config file mounted by itself, which matters to the row that holds it. */
function singleFileMount(row: PersistenceRow, mounts: readonly MountFact[]): MountFact | undefined {
  if (row.id !== 'config') return undefined;
  const configFile = /\/(?:openclaw|moltbot|clawdbot)\.json5?$/;
  return mounts.find(
    (mount) => configFile.test(mount.target) && row.paths.some((path) => isWithin(mount.target, path)),
  );
}

function singleFileExplanation(file: MountFact): string {
  return `Only the file ${file.target} is mounted: the gateway replaces its config by a rename, which fails or leaves the host's file behind. Mount the folder instead.`;
}

function lossExplanation(path: string, mount: MountFact | undefined): string {
  if (mount === undefined)
    return `Nothing is mounted at ${path}: lost when the container is recreated. Mount a host folder there.`;
  return mount.kind === 'tmpfs'
    ? `${path} is in memory (tmpfs): lost when the container stops. Mount a host folder there.`
    : `${path} is in an anonymous volume, which is lost when the container is removed (docker compose down). Mount a host folder or a named volume there.`;
}

function describeMount(mount: MountFact): string {
  switch (mount.kind) {
    case 'bind':
      return `The host folder ${mount.source}`;
    case 'volume':
      return mount.anonymous ? 'An anonymous volume' : `The volume ${mount.source}`;
    case 'tmpfs':
      return 'A tmpfs';
    case 'other':
      return `The mount ${mount.source}`.trimEnd();
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
