import { startedScripts } from '../../workspace/start/startedScripts.ts';
import { browserInstalls } from '../browserInstalls.ts';
import { runtimeInstallFixes } from '../fixes/runtimeInstallFixes.ts';
import { executedInContainers } from '../hostScripts.ts';
import { type InstallCommand, installCommands } from '../installCommands.ts';
import type { Finding, Rule } from '../Rule.ts';

/** What is installed when the container starts is in no image: each new container starts without it and needs the network. */
export const runtimeInstall: Rule = {
  id: 'runtime-install',
  summary: 'Install at build time, not when the container starts',
  why:
    'What a container installs into itself is lost when the container is recreated: by an update, by `docker compose up` after a change, ' +
    'by a new VM. Until it is there again the gateway starts late, or without the binary where the network or the release is gone.',
  severity: 'warning',
  noFix: 'where the install cannot be taken out of its script safely, or nothing in the project builds the image.',
  check: (project) => {
    const findings = new Map<string, Finding>();
    for (const script of startedScripts(project)) {
      for (const install of installCommands(script.commands)) {
        const key = `${script.path}:${install.range.start}`;
        if (findings.has(key)) continue;
        findings.set(key, {
          path: script.path,
          range: install.range,
          message: messageOf(install, script.when),
          related: script.chain,
          fixes: () => runtimeInstallFixes(project, script, install),
        });
      }
      for (const install of browserInstalls(script.commands)) {
        const { path, chain: related } = script;
        const key = `${path}:${install.range.start}`;
        if (!findings.has(key))
          findings.set(key, { path, range: install.range, message: messageOf(install, script.when), related });
      }
    }
    for (const { path, commands, chain: related = [] } of executedInContainers(project)) {
      for (const install of [...installCommands(commands), ...browserInstalls(commands)]) {
        const key = `${path}:${install.range.start}`;
        if (findings.has(key)) continue;
        findings.set(key, {
          path,
          range: install.range,
          message: executedMessage(install),
          severity: 'information',
          related,
        });
      }
    }
    return findings.values();
  },
  bad: { Dockerfile: 'FROM node:24-bookworm\nCMD apt-get update && apt-get install -y jq && node index.js\n' },
  good: {
    Dockerfile:
      'FROM node:24-bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends jq && rm -rf /var/lib/apt/lists/*\nCMD ["node", "index.js"]\n',
  },
};

function messageOf(install: InstallCommand, when: 'start' | 'healthcheck'): string {
  const condition =
    install.command.condition === undefined ? '' : ` (under the condition "${install.command.condition}")`;
  const time = when === 'healthcheck' ? 'each time the container is checked' : 'each time the container starts';
  return sentence(install, `${time}${condition}`);
}

function executedMessage(install: InstallCommand): string {
  return sentence(install, 'inside a running container');
}

function sentence(install: InstallCommand, time: string): string {
  if (install.kind === 'installer') {
    return `${install.tool} fetches an installer and runs it ${time}; what it installs is lost when the container is recreated. Bake it into the image.`;
  }
  const [it, is] = install.names.length === 1 ? ['it', 'it is'] : ['them', 'they are'];
  return `${install.tool} installs ${nameList(install.names)} ${time}; ${is} lost when the container is recreated. Bake ${it} into the image.`;
}

function nameList(names: readonly string[]): string {
  if (names.length === 0) return 'packages';
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
