import { existsSync } from 'node:fs';
import path from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import type { Reaper } from '../reaper.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const otherPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** A Chromium window of 1400x900 with a new profile, which ends with its owner. `OPENCLAW_VM_CHROMIUM` names another executable. */
export async function launchChromium(reaper: Reaper, colorScheme: 'light' | 'dark' = 'dark'): Promise<BrowserContext> {
  const profile = reaper.temporaryDirectory('chromium');
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    // Chromium overwrites the environment of its processes, so the marker is among its arguments too.
    args: [...quietArguments, `--openclaw-vm=${reaper.marker}`],
    env: stringsOf(reaper.environment({ ...process.env, HOME: profile })),
    viewport: { width: 1400, height: 900 },
    colorScheme,
    permissions: ['clipboard-read', 'clipboard-write'],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  return context;
}

const quietArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function findChromium(): string {
  const chosen = process.env['OPENCLAW_VM_CHROMIUM'];
  if (chosen !== undefined && chosen !== '') return chosen;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).concat('/usr/bin', '/snap/bin');
  const found = [...folders.flatMap((folder) => names.map((name) => path.join(folder, name))), ...otherPlaces];
  const executable = found.find((file) => existsSync(file));
  if (executable === undefined) {
    throw new Error('No Chromium here. Install it (Debian: apt-get install chromium) or set OPENCLAW_VM_CHROMIUM.');
  }
  return executable;
}

function stringsOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
