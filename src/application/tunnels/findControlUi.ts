import { readControlUiSettings } from '../../core/gateway/readControlUiSettings.ts';
import { UserFacingError } from '../../core/UserFacingError.ts';
import { requireGatewayContainer } from '../findGatewayContainer.ts';
import type { GatewayTarget } from '../GatewayTarget.ts';
import type { Machine } from '../ports/Machine.ts';
import { reachPort } from './reachPort.ts';

/** Where a gateway's Control UI is, as the machine itself reaches it, and what opens it. */
export interface ControlUi {
  readonly host: string;
  readonly port: number;
  readonly usesTls: boolean;
  /** Below the address, such as `/claw`; empty for none. */
  readonly basePath: string;
  /** A secret: only for the address that the browser gets. Absent where the gateway has none that can be read. */
  readonly token?: string;
}

/** Looks at a gateway's container and configuration. Rejects with `UserFacingError` where its Control UI cannot be reached. */
export async function findControlUi(machine: Machine, target: GatewayTarget, signal?: AbortSignal): Promise<ControlUi> {
  const { engine } = machine;
  const listed = await requireGatewayContainer(engine, target, signal);
  if (listed.state !== 'running') {
    throw new UserFacingError(`The gateway "${target.service}" of "${target.project}" does not run.`, {
      remedy: 'Start its container, then retry.',
    });
  }
  const container = await engine.inspectContainer(listed.id, signal);
  // Through the container itself: its state folder may be a volume that nobody else can read.
  const config = await engine.execInContainer(
    listed.id,
    ['sh', '-c', printConfig],
    signal === undefined ? {} : { signal },
  );
  const settings = readControlUiSettings(container.environment, config.exitCode === 0 ? config.stdout : '');
  const what = `The port ${settings.port} of the gateway "${target.service}"`;
  const place = reachPort(container, settings.port, what, machine.way);
  const { usesTls, basePath, token } = settings;
  return { ...place, usesTls, basePath, ...(token === undefined ? {} : { token }) };
}

/** The address for a browser; the token travels in the fragment, which no server ever sees. */
export function controlUiUrl(ui: ControlUi, localPort: number): string {
  const fragment = ui.token === undefined ? '' : `#token=${encodeURIComponent(ui.token)}`;
  return `${ui.usesTls ? 'https' : 'http'}://127.0.0.1:${localPort}${ui.basePath}/${fragment}`;
}

// Every era's place of the configuration; the variables come first, as for the gateway itself.
const printConfig = `
for f in "$OPENCLAW_CONFIG_PATH" "$CLAWDBOT_CONFIG_PATH" "$OPENCLAW_STATE_DIR/openclaw.json" \\
  "$HOME/.openclaw/openclaw.json" /home/node/.openclaw/openclaw.json \\
  "$HOME/.clawdbot/clawdbot.json" /home/node/.clawdbot/clawdbot.json "$HOME/.moltbot/moltbot.json"; do
  if [ -n "$f" ] && [ -f "$f" ]; then exec cat "$f"; fi
done
exit 1
`;
