import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Reaper } from '../reaper.ts';
import { launchChromium } from '../vscode/chromium.ts';
import { installVsix, startCodeServer } from '../vscode/codeServer.ts';
import { linkExtension, packageExtension } from '../vscode/packageExtension.ts';
import { temporaryCopy } from '../vscode/temporaryCopy.ts';
import { Workbench } from './Workbench.ts';

export interface WorkbenchOptions {
  /** `vsix`: packaged as for users, then installed (the default). `development`: the built project as it is. Or a `.vsix` file. */
  readonly extension?: 'vsix' | 'development' | { readonly vsix: string };
  /** The folder to open; without one, a fresh copy of the example. */
  readonly folder?: string;
  /** User settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment of the extension host, such as `HOME` or `DOCKER_HOST`; `undefined` removes a variable. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly colorScheme?: 'light' | 'dark';
  /** `restricted`: the folder is not trusted until somebody trusts it, and nobody is asked. By default it is trusted. */
  readonly trust?: 'restricted';
}

/** No question at the start and no banner: Restricted Mode is only in the status bar. */
const restrictedSettings = {
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

/**
 * Starts a real VS Code (server and Chromium window) with the extension and opens a folder.
 * The extension host gets an empty home folder and neither an SSH agent nor Docker variables, unless `environment`
 * says otherwise. Server, window and temporary folders are gone after `close()`, and also when the test is killed.
 */
export async function startWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const reaper = new Reaper();
  try {
    const data = reaper.temporaryDirectory('workbench');
    const environment = { ...cleanEnvironment(path.join(data, 'home')), ...options.environment };
    const extensionsDirectory = path.join(data, 'extensions');
    await provideExtension(options.extension ?? 'vsix', extensionsDirectory, reaper, environment);
    const folder = options.folder ?? temporaryCopy(reaper);
    const dark = options.colorScheme === 'dark';
    const server = await startCodeServer({
      reaper,
      dataDirectory: path.join(data, 'server'),
      extensionsDirectory,
      environment,
      asksForTrust: options.trust === 'restricted',
      settings: {
        'workbench.colorTheme': dark ? 'Default Dark Modern' : 'Default Light Modern',
        ...(options.trust === 'restricted' ? restrictedSettings : {}),
        ...options.settings,
      },
    });
    const context = await launchChromium(reaper, options.colorScheme ?? 'light');
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(`${server.origin}/?folder=${encodeURIComponent(folder)}`);
    const home = environment['HOME'] ?? '';
    const workbench = new Workbench({ page, folder, home, dataDirectory: path.join(data, 'server'), reaper });
    await workbench.waitUntilReady();
    return workbench;
  } catch (error) {
    await reaper.close();
    throw error;
  }
}

/** `startWorkbench` for one piece of work: closes at its end, and leaves a picture in `out/ui/` when it failed. */
export async function withWorkbench<T>(
  options: WorkbenchOptions,
  work: (workbench: Workbench) => Promise<T>,
): Promise<T> {
  const workbench = await startWorkbench(options);
  try {
    return await work(workbench);
  } catch (error) {
    const picture = await workbench.screenshot(`failure-${Date.now()}`).catch(() => undefined);
    if (picture !== undefined) console.error(`The window as the test left it: ${picture}`);
    throw error;
  } finally {
    await workbench.close();
  }
}

function cleanEnvironment(home: string): NodeJS.ProcessEnv {
  mkdirSync(home, { recursive: true });
  const { SSH_AUTH_SOCK, DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, ...rest } = process.env;
  return { ...rest, HOME: home };
}

async function provideExtension(
  extension: NonNullable<WorkbenchOptions['extension']>,
  extensionsDirectory: string,
  reaper: Reaper,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  mkdirSync(extensionsDirectory, { recursive: true });
  if (extension === 'development') {
    linkExtension(extensionsDirectory);
  } else {
    const vsix = extension === 'vsix' ? await packageExtension(reaper) : extension.vsix;
    await installVsix(vsix, extensionsDirectory, environment);
  }
}
