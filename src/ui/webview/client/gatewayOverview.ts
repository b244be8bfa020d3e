import type { ClientMessage } from '../messages.ts';
import { isHostMessage } from '../messages.ts';
import { element } from './element.ts';
import { overviewPage } from './overviewPage.ts';
import { registerToolkit } from './toolkit.ts';

declare function acquireVsCodeApi(): { postMessage(message: ClientMessage): void };

registerToolkit();
const host = acquireVsCodeApi();
const send = (type: ClientMessage['type']) => host.postMessage({ type });
const root = document.getElementById('overview') ?? document.body;

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = event.data;
  if (!isHostMessage(message)) return;
  switch (message.type) {
    case 'reading':
      root.setAttribute('aria-busy', 'true');
      if (root.childElementCount === 0) root.replaceChildren(waiting());
      return;
    case 'failed':
      root.removeAttribute('aria-busy');
      root.replaceChildren(failure(message.message, message.remedy));
      return;
    case 'overview': {
      const hadFocus = document.activeElement?.id;
      root.removeAttribute('aria-busy');
      root.replaceChildren(...overviewPage(message.overview, send));
      // A refresh must not throw the person who works by keyboard back to the start.
      if (hadFocus) document.getElementById(hadFocus)?.focus();
    }
  }
});
send('ready');

function waiting(): HTMLElement {
  const ring = element('vscode-progress-ring', { 'aria-label': 'Reading' });
  return element('div', { class: 'message' }, ring, element('p', {}, 'Reading the gateway…'));
}

function failure(what: string, remedy: string): HTMLElement {
  const retry = element('vscode-button', { id: 'refresh' }, 'Try Again');
  retry.addEventListener('click', () => send('refresh'));
  const showLog = element('vscode-button', { appearance: 'secondary', id: 'showLog' }, 'Show Log');
  showLog.addEventListener('click', () => send('showLog'));
  return element(
    'div',
    { class: 'message', role: 'alert' },
    element('h1', {}, what),
    element('p', {}, remedy),
    element('div', { class: 'buttons' }, retry, showLog),
  );
}
