import type { KnownProblem } from './KnownProblem.ts';

const runDoctor =
  'Run `openclaw doctor --fix` in a container of the same image with the state folder mounted (`docker compose run --rm openclaw-cli doctor --fix`), then start the gateway again.';
const useNewerImage =
  'Pin the image to the newer version that wrote the state; an older one can only run with the matching backup of the state.';
const raiseNode =
  'Use a base image with Node 24.16 or newer (for example `node:24-bookworm`), then build and deploy again.';
const sameToken =
  'Make OPENCLAW_GATEWAY_TOKEN in `.env` and `gateway.auth.token` in openclaw.json the same, then recreate the container.';

/**
 * What gateways print when something is wrong, most specific first. Sources: OpenClaw's published documentation, its 2026.9.6 build,
 * and its public issues. Lines that only look like errors (the warning about a non-loopback address, `seeded
 * gateway.controlUi.allowedOrigins`, the SIGTERM lines) match none.
 */
export const problems: readonly KnownProblem[] = [
  {
    id: 'missing-config',
    match: /Missing config\. Run `(?:openclaw|moltbot|clawdbot) setup`/,
    exitCode: 78,
    meaning: 'The gateway finds no configuration in its state folder.',
    remedy:
      'Check that the state mount is the right host folder, then run the onboarding once: `docker compose run --rm openclaw-cli onboard`.',
  },
  {
    id: 'gateway-mode-missing',
    match: /Gateway start blocked: existing config is missing gateway\.mode/,
    exitCode: 78,
    meaning: 'openclaw.json has no `gateway.mode`, or is not valid JSON: the gateway says the same for both.',
    remedy:
      'Check the syntax of openclaw.json first; where it is right, set the mode: `docker compose run --rm openclaw-cli config set gateway.mode local`.',
  },
  {
    id: 'gateway-mode-remote',
    match: /Gateway start blocked: set gateway\.mode=local/,
    exitCode: 78,
    meaning: 'openclaw.json says that the gateway runs elsewhere (`gateway.mode` is not `local`).',
    remedy: 'Set it: `docker compose run --rm openclaw-cli config set gateway.mode local`.',
  },
  {
    id: 'bind-without-auth',
    match: /refusing to bind gateway to .+ without auth/i,
    exitCode: 78,
    meaning: 'The gateway has no token or password and refuses to listen beyond the loopback address.',
    remedy: 'Put a random OPENCLAW_GATEWAY_TOKEN into `.env` (`openssl rand -hex 32`), then deploy again.',
  },
  {
    id: 'password-missing',
    match: /Gateway auth is set to password, but no password is configured/,
    exitCode: 78,
    meaning: 'The configuration asks for a password, but none is set.',
    remedy: 'Put OPENCLAW_GATEWAY_PASSWORD into `.env`, then deploy again.',
  },
  {
    id: 'placeholder-token',
    match: /gateway auth token is blank, a published example placeholder, or the literal string/,
    meaning: 'The gateway token is empty or the example from the documentation, which anybody can know.',
    remedy: 'Put a random OPENCLAW_GATEWAY_TOKEN into `.env` (`openssl rand -hex 32`), then deploy again.',
  },
  {
    id: 'invalid-config',
    match: /Invalid config at .+:/,
    exitCode: 78,
    meaning: 'openclaw.json has a key or a value that this version does not know.',
    remedy: 'Fix the named key, or let `docker compose run --rm openclaw-cli doctor --fix` do it.',
    followedBy: /openclaw\.json:\d+|^\s*[-\u2022]\s|: (?:Unrecognized|Invalid|Expected|Required)\b/,
  },
  {
    id: 'port-in-use',
    match: /another gateway instance is already listening on ws|listen EADDRINUSE|Port \d+ is already in use\./,
    exitCode: 1,
    meaning: 'Another program in the same network namespace listens on the gateway’s port.',
    remedy: 'Stop the other gateway; look for two replicas of the service or `network_mode: host`.',
  },
  {
    id: 'state-locked',
    match:
      /gateway already running \(pid \d+\); lock timeout|state directory is locked by|already owns this state directory/,
    exitCode: 1,
    meaning: 'Another container uses the same state folder.',
    remedy: 'Stop the other container, or give each gateway a state folder of its own.',
  },
  {
    id: 'auth-key-folder-not-writable',
    match: /EACCES: permission denied, \w+ '[^']*\/\.config\/(?:openclaw|moltbot|clawdbot)/,
    meaning: 'The gateway may not write the folder of the key that encrypts its model credentials.',
    remedy:
      'Mount a host folder at `/home/node/.config/openclaw` and give it to uid 1000: `sudo chown -R 1000:1000 <host folder>`.',
  },
  {
    id: 'state-not-writable',
    match: /EACCES: permission denied, \w+ '[^']*\/\.(?:openclaw|moltbot|clawdbot)/,
    exitCode: 78,
    meaning: 'The gateway (uid 1000) may not write its state folder: the host folder belongs to another user.',
    remedy: 'Give the mounted host folder to uid 1000: `sudo chown -R 1000:1000 <host folder>`, then deploy again.',
  },
  {
    id: 'config-bound-as-file',
    match: /EBUSY: resource busy or locked, rename/,
    meaning: 'openclaw.json is mounted as a single file, so that the gateway cannot replace it.',
    remedy: 'Mount the folder `/home/node/.openclaw` instead of the file.',
  },
  {
    id: 'control-ui-origins',
    match: /non-loopback Control UI requires gateway\.controlUi\.allowedOrigins/,
    exitCode: 1,
    meaning:
      'This version starts beyond the loopback address only with a list of allowed origins (2026.2.24 and the spring after).',
    remedy: 'Set `gateway.controlUi.allowedOrigins` in openclaw.json, or update to a version that fills it by itself.',
  },
  {
    id: 'trusted-proxies-missing',
    match: /gateway auth mode=trusted-proxy requires gateway\.trustedProxies/,
    exitCode: 78,
    meaning: 'The configuration trusts a proxy but does not name its address.',
    remedy: 'List the proxy’s address in `gateway.trustedProxies`.',
  },
  {
    id: 'custom-bind-host-missing',
    match: /gateway\.bind=custom requires gateway\.customBindHost/,
    exitCode: 1,
    meaning: '`gateway.bind` is `custom`, but no address is given.',
    remedy: 'Set `gateway.customBindHost`, or use `lan`.',
  },
  {
    id: 'tailscale-needs-loopback',
    match: /tailscale serve\/funnel requires gateway bind=loopback/,
    exitCode: 1,
    meaning: 'Tailscale serve or funnel works only with a gateway that listens on the loopback address.',
    remedy: 'Set `gateway.bind` to `loopback`, or drop tailscale from the configuration.',
  },
  {
    id: 'invalid-bind',
    match: /Invalid --bind\. Use "loopback", "lan",/,
    exitCode: 1,
    meaning: '`--bind` takes a mode, not an address.',
    remedy: 'Use `--bind lan` in the compose command or the Dockerfile.',
  },
  {
    id: 'migrations-incomplete',
    match: /startup migrations did not complete cleanly; refusing to report the gateway ready/,
    exitCode: 78,
    meaning: 'The state of the older version could not be brought to this one.',
    remedy: runDoctor,
    sideEffectOf: ['state-not-writable', 'auth-key-folder-not-writable'],
  },
  {
    id: 'state-migration-required',
    match: /requires state migration\./,
    exitCode: 78,
    meaning: 'The state was written by an older version and must be migrated.',
    remedy: runDoctor,
    sideEffectOf: ['state-not-writable', 'auth-key-folder-not-writable'],
  },
  {
    id: 'config-from-newer-version',
    match: /(?:config was written by version .+, but this command is running|is older than the config last written by)/,
    exitCode: 1,
    meaning: 'The image is older than the version that wrote the configuration: it went backwards.',
    remedy: useNewerImage,
  },
  {
    id: 'database-from-newer-version',
    match: /database schemas?(?:\(s\))? (?:is|are) newer than this build/,
    exitCode: 78,
    meaning: 'The databases in the state folder were written by a newer version than this image.',
    remedy: useNewerImage,
  },
  {
    id: 'node-too-old',
    match:
      /is unsupported; OpenClaw requires >=|node:sqlite is unavailable; use 24|this OpenClaw release requires Node/,
    exitCode: 1,
    meaning: 'The Node of the base image is too old for this version of the gateway.',
    remedy: raiseNode,
  },
  {
    id: 'restart-loop',
    match: /restart-loop breaker tripped:/,
    meaning: 'The gateway failed several starts in a row and stopped trying.',
    remedy: 'Read the log of the starts before this line: the first error there is the cause.',
  },
  {
    id: 'channel-restarting',
    match: /auto-restart attempt \d+\/\d+|giving up after \d+ restart attempts/,
    meaning: 'A channel (such as WhatsApp or Telegram) fails again and again; the gateway itself runs.',
    remedy: 'Check that channel’s account: sign in again, or disable it in openclaw.json.',
  },
  {
    id: 'plugin-ownership',
    match: /blocked plugin candidate: suspicious ownership/,
    meaning: 'A plugin was not loaded because its files belong to another user.',
    remedy: 'Give the plugin’s folder to the gateway’s user: `sudo chown -R 1000:1000 <host folder>`.',
  },
  {
    id: 'plugin-world-writable',
    match: /blocked plugin candidate: world-writable path/,
    meaning: 'A plugin was not loaded because anybody may change its files.',
    remedy: 'Take the right away: `chmod -R go-w <plugin folder>`.',
  },
  {
    id: 'device-token-mismatch',
    match: /device token mismatch/,
    meaning: 'A paired device uses a token that the gateway no longer knows.',
    remedy: 'Rotate it: `docker compose exec openclaw-gateway openclaw devices rotate`.',
  },
  {
    id: 'token-mismatch',
    match: /gateway token mismatch|AUTH_TOKEN_MISMATCH|unauthorized: gateway token missing|gateway token missing \(/,
    meaning: 'A client uses another gateway token than the gateway.',
    remedy: sameToken,
  },
  {
    id: 'pairing-required',
    match: /pairing required|PAIRING_REQUIRED/,
    meaning: 'A device waits for approval.',
    remedy:
      'Look with `docker compose exec openclaw-gateway openclaw devices list`, then approve it: `… openclaw devices approve <id>`.',
  },
  {
    id: 'origin-not-allowed',
    match: /origin not allowed \(open the Control UI from|CONTROL_UI_ORIGIN_NOT_ALLOWED/,
    meaning: 'The Control UI was opened from an address that the gateway does not allow.',
    remedy: 'Add that origin to `gateway.controlUi.allowedOrigins` in openclaw.json.',
  },
  {
    id: 'dangerous-flags',
    match: /security warning: dangerous config flags enabled:/,
    meaning: 'The configuration switches security checks off.',
    remedy: 'Review the named settings; remove those that were only meant for a test.',
  },
  {
    id: 'heap-out-of-memory',
    match: /JavaScript heap out of memory/,
    exitCode: 134,
    meaning: 'The gateway’s Node ran out of its heap.',
    remedy: 'Give the VM more memory, or raise the heap: `NODE_OPTIONS=--max-old-space-size=<MB>`.',
  },
  {
    id: 'memory-pressure',
    match: /memory pressure: level=critical/,
    meaning: 'The machine has almost no memory left for the gateway.',
    remedy: 'Give the VM more memory, or stop what else runs there.',
  },
  {
    id: 'wrong-architecture',
    match: /exec format error/i,
    exitCode: 1,
    meaning: 'The image, or a binary in it, was built for another processor architecture than the VM’s.',
    remedy: 'Build on the VM, or choose the asset of its architecture (amd64 or arm64) in the Dockerfile.',
  },
  {
    id: 'openclaw-not-on-path',
    match: /env: ['\u2018]openclaw['\u2019]: No such file or directory/,
    exitCode: 127,
    meaning: 'The `openclaw` command is not in the image.',
    remedy: 'Keep the symlink `/usr/local/bin/openclaw` (or the PATH) of the original Dockerfile.',
  },
];
