import type { GatewayOverview } from '../../application/overview/GatewayOverview.ts';

/** From the extension to the page. */
export type HostMessage =
  | { readonly type: 'reading' }
  | { readonly type: 'overview'; readonly overview: GatewayOverview }
  | { readonly type: 'failed'; readonly message: string; readonly remedy: string };

const clientActions = ['ready', 'refresh', 'tailLogs', 'showLog'] as const;

/** From the page to the extension. */
export interface ClientMessage {
  readonly type: (typeof clientActions)[number];
}

export function isClientMessage(value: unknown): value is ClientMessage {
  return isRecord(value) && clientActions.some((action) => action === value['type']);
}

export function isHostMessage(value: unknown): value is HostMessage {
  if (!isRecord(value)) return false;
  switch (value['type']) {
    case 'reading':
      return true;
    case 'failed':
      return typeof value['message'] === 'string' && typeof value['remedy'] === 'string';
    case 'overview':
      return isOverview(value['overview']);
    default:
      return false;
  }
}

function isOverview(value: unknown): boolean {
  return (
    isRecord(value) &&
    ['machine', 'container', 'probe'].every((key) => isRecord(value[key])) &&
    ['binaries', 'persistence', 'problems'].every((key) => Array.isArray(value[key])) &&
    ['project', 'service', 'era'].every((key) => typeof value[key] === 'string') &&
    typeof value['readAtMs'] === 'number'
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
