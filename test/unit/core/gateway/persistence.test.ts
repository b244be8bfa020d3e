import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayEra } from '../../../../src/core/gateway/GatewayEra.ts';
import type { MountFact } from '../../../../src/core/gateway/MountFact.ts';
import type { PersistenceFinding } from '../../../../src/core/gateway/PersistenceRow.ts';
import { checkPersistence } from '../../../../src/core/gateway/persistence.ts';

const bind = (target: string, more: Partial<MountFact> = {}): MountFact => ({
  kind: 'bind',
  source: `/srv${target}`,
  target,
  readOnly: false,
  anonymous: false,
  ...more,
});

function check(
  mounts: readonly MountFact[],
  {
    era = 'openclaw',
    environment = {},
    user,
  }: { era?: GatewayEra; environment?: Record<string, string>; user?: string } = {},
): readonly PersistenceFinding[] {
  return checkPersistence(mounts, era, new Map(Object.entries(environment)), user);
}

function states(findings: readonly PersistenceFinding[]): Record<string, string> {
  return Object.fromEntries(findings.map((finding) => [finding.id, finding.state]));
}

function row(findings: readonly PersistenceFinding[], id: string): PersistenceFinding {
  const finding = findings.find((candidate) => candidate.id === id);
  assert.ok(finding !== undefined, id);
  return finding;
}

test('the table of the page, row by row, in its words', () => {
  assert.deepEqual(
    check([]).map(({ component, location, mechanism, note }) => [component, location, mechanism, note]),
    [
      ['Gateway config', '/home/node/.openclaw/', 'Host volume mount', 'Includes `openclaw.json`, `.env`'],
      [
        'Model auth profiles',
        '/home/node/.openclaw/state/openclaw.sqlite',
        'Host volume mount',
        'SQLite `auth_profile_stores` rows (OAuth, API keys)',
      ],
      ['Skill configs', '/home/node/.openclaw/skills/', 'Host volume mount', 'Skill-level state'],
      ['Agent workspace', '/home/node/.openclaw/workspace/', 'Host volume mount', 'Code and agent artifacts'],
      ['WhatsApp session', '/home/node/.openclaw/', 'Host volume mount', 'Preserves QR login'],
      ['Gmail keyring', '/home/node/.openclaw/', 'Host volume + password', 'Requires `GOG_KEYRING_PASSWORD`'],
      [
        'Plugin packages',
        '/home/node/.openclaw/npm, /home/node/.openclaw/git',
        'Host volume mount',
        'Downloadable plugin package roots',
      ],
      ['External binaries', '/usr/local/bin/', 'Docker image', 'Must be baked at build time'],
      ['Node runtime', 'Container filesystem', 'Docker image', 'Rebuilt every image build'],
      ['OS packages', 'Container filesystem', 'Docker image', 'Do not install at runtime'],
      ['Docker container', 'Ephemeral', 'Restartable', 'Safe to destroy'],
    ],
  );
});

test('without a mount everything in the state folder is lost', () => {
  assert.deepEqual(states(check([])), {
    config: 'lost',
    'model-auth': 'lost',
    'skill-configs': 'lost',
    workspace: 'lost',
    whatsapp: 'lost',
    'gmail-keyring': 'lost',
    plugins: 'lost',
    binaries: 'inImage',
    node: 'inImage',
    'os-packages': 'inImage',
    container: 'ephemeral',
  });
});

test('one bind of the state folder keeps all that is below it', () => {
  const findings = check([bind('/home/node/.openclaw')], { environment: { GOG_KEYRING_PASSWORD: 'secret' } });
  const kept = ['config', 'model-auth', 'skill-configs', 'workspace', 'whatsapp', 'gmail-keyring', 'plugins'];
  for (const id of kept) assert.equal(row(findings, id).state, 'kept', id);
  assert.equal(row(findings, 'plugins').by?.source, '/srv/home/node/.openclaw');
});

test('a bind of a folder above counts', () => {
  assert.equal(row(check([bind('/home/node')]), 'workspace').state, 'kept');
  assert.equal(row(check([bind('/home/node/.openclaw/')]), 'workspace').state, 'kept');
});

test('a folder whose name only begins the same does not', () => {
  assert.equal(row(check([bind('/home/node/.openclaw2'), bind('/home/nod')]), 'config').state, 'lost');
});

test('a named volume keeps, an anonymous one and a tmpfs do not', () => {
  const volume = (more: Partial<MountFact>) =>
    bind('/home/node/.openclaw', { kind: 'volume', source: 'config', ...more });
  assert.equal(row(check([volume({})]), 'config').state, 'kept');
  const anonymous = row(check([volume({ anonymous: true, source: 'a'.repeat(64) })]), 'config');
  assert.equal(anonymous.state, 'lost');
  assert.match(anonymous.explanation, /anonymous volume/);
  const memory = row(check([bind('/home/node/.openclaw', { kind: 'tmpfs', source: '' })]), 'config');
  assert.equal(memory.state, 'lost');
  assert.match(memory.explanation, /tmpfs/);
});

test('the innermost mount decides', () => {
  const findings = check([
    bind('/home/node/.openclaw'),
    bind('/home/node/.openclaw/workspace', { kind: 'tmpfs', source: '' }),
  ]);
  assert.equal(row(findings, 'config').state, 'kept');
  assert.equal(row(findings, 'workspace').state, 'lost');
});

test('one of two plugin folders kept is partly', () => {
  const finding = row(check([bind('/home/node/.openclaw/npm')]), 'plugins');
  assert.equal(finding.state, 'partly');
  assert.match(finding.explanation, /\.openclaw\/git/);
});

test('the config file mounted alone is warned about', () => {
  const alone = row(check([bind('/home/node/.openclaw/openclaw.json')]), 'config');
  assert.equal(alone.state, 'partly');
  assert.match(alone.explanation, /Mount the folder instead/);
  const beside = check([bind('/home/node/.openclaw'), bind('/home/node/.openclaw/openclaw.json')]);
  assert.equal(row(beside, 'config').state, 'partly');
  assert.equal(row(beside, 'skill-configs').state, 'kept');
});

test('a read-only mount is no place to save', () => {
  const finding = row(check([bind('/home/node/.openclaw', { readOnly: true })]), 'config');
  assert.equal(finding.state, 'partly');
  assert.match(finding.explanation, /read-only/);
});

test('the Gmail keyring needs its password, whose value shows nowhere', () => {
  const without = row(check([bind('/home/node/.openclaw')]), 'gmail-keyring');
  assert.equal(without.state, 'partly');
  assert.match(without.explanation, /GOG_KEYRING_PASSWORD is not set/);
  const environment = { GOG_KEYRING_PASSWORD: 'correct-horse' };
  const findings = check([bind('/home/node/.openclaw')], { environment });
  assert.equal(row(findings, 'gmail-keyring').state, 'kept');
  assert.doesNotMatch(JSON.stringify(findings), /correct-horse/);
});

test('a mount over /usr/local/bin hides the binaries of the image', () => {
  const finding = row(check([bind('/usr/local/bin')]), 'binaries');
  assert.equal(finding.state, 'partly');
  assert.match(finding.explanation, /hides/);
});

test('the first names had another state folder and workspace, and no plugin packages', () => {
  const findings = check([bind('/home/node/.clawdbot')], { era: 'moltbot' });
  assert.equal(row(findings, 'config').location, '/home/node/.clawdbot/');
  assert.equal(row(findings, 'config').state, 'kept');
  assert.equal(row(findings, 'workspace').location, '/home/node/clawd/');
  assert.equal(row(findings, 'workspace').state, 'lost');
  assert.ok(!findings.some((finding) => finding.id === 'plugins'));
});

test('newer versions keep the credential key in a folder of its own', () => {
  const findings = check([bind('/home/node/.openclaw')], { era: 'openclawSecretKey' });
  assert.equal(row(findings, 'auth-profile-key').state, 'lost');
  assert.equal(row(findings, 'channel-credentials').state, 'kept');
  const both = check([bind('/home/node/.openclaw'), bind('/home/node/.config')], { era: 'openclawSecretKey' });
  assert.equal(row(both, 'auth-profile-key').state, 'kept');
});

test('a state folder of one’s own is followed', () => {
  const findings = check([bind('/data')], { environment: { OPENCLAW_STATE_DIR: '/data/openclaw' } });
  assert.equal(row(findings, 'config').location, '/data/openclaw/');
  assert.equal(row(findings, 'config').state, 'kept');
});

test('host paths that an env file carries into the container are not believed', () => {
  const environment = { OPENCLAW_CONFIG_DIR: '/root/.openclaw', OPENCLAW_WORKSPACE_DIR: '/root/.openclaw/workspace' };
  const findings = check([bind('/home/node/.openclaw')], { environment });
  assert.equal(row(findings, 'workspace').location, '/home/node/.openclaw/workspace/');
  assert.equal(row(findings, 'workspace').state, 'kept');
});

test('an image that runs as root has its state in /root, unless /home/node is mounted', () => {
  assert.equal(row(check([], { user: '' }), 'config').location, '/root/.openclaw/');
  assert.equal(
    row(check([bind('/home/node/.openclaw')], { user: 'root' }), 'config').location,
    '/home/node/.openclaw/',
  );
  assert.equal(row(check([], { user: '1000:1000' }), 'config').location, '/home/node/.openclaw/');
});

test('a state folder above root keeps nothing by accident', () => {
  assert.equal(row(check([bind('/')]), 'config').state, 'kept');
});
