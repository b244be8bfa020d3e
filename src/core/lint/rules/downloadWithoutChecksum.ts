import type { BinaryCatalog } from '../../binaries/BinaryCatalog.ts';
import { unwrapCommand } from '../../shell/unwrapCommand.ts';
import type { BuildStage } from '../buildStages.ts';
import { downloadInstalls } from '../downloadInstalls.ts';
import { downloadRuns } from '../downloadSites.ts';
import { replaceByStanza } from '../fixes/replaceByStanza.ts';
import type { InstallCommand } from '../installCommands.ts';
import type { Finding, Rule } from '../Rule.ts';
import type { RunScript, RunText } from '../runScripts.ts';

/** Who replaces the file on its way, or at its source, runs code in the gateway with all of its credentials. */
export const downloadWithoutChecksum: Rule = {
  id: 'download-without-checksum',
  summary: 'Check the digest of a downloaded executable',
  why: 'The gateway holds tokens of mail, chat and models. An executable that nothing verifies can be any other the next time the image is built.',
  severity: 'hint',
  noFix:
    "for what is not in the catalog of binaries: its digest must come from the release's own page, not from the file that is to be checked.",
  check: () => [],
  checkStage: findingsOf,
  bad: {
    Dockerfile:
      'FROM node:24-bookworm\nRUN curl -fsSL -o /usr/local/bin/yq https://example.com/yq && chmod +x /usr/local/bin/yq\n',
  },
  good: {
    Dockerfile:
      'FROM node:24-bookworm\nRUN curl -fsSL -o /usr/local/bin/yq https://example.com/yq && echo "0f9a  /usr/local/bin/yq" | sha256sum -c - && chmod +x /usr/local/bin/yq\n',
  },
};

const verifiers = /^(?:sha\d+sum|shasum|b2sum|md5sum|checksum|gpg|gpgv|cosign|minisign|slsa-verifier|rhash|openssl)$/;

function findingsOf(place: BuildStage, catalog: BinaryCatalog): readonly Finding[] {
  return downloadRuns(place).flatMap((run) => run.rememberFor(catalog, findingsIn));
}

function findingsIn(run: RunScript, catalog: BinaryCatalog): readonly Finding[] {
  return unverified(run.text).map(({ range, names, command }) => ({
    path: run.path,
    range,
    message: `Nothing verifies ${names.length > 0 ? names.join(', ') : 'what this unpacks'}: compare the file with a known digest (sha256sum -c) before it goes into the image.`,
    fixes: () => replaceByStanza(run, command, catalog),
  }));
}

function unverified({ commands }: RunText): readonly InstallCommand[] {
  const installs = downloadInstalls(commands).filter((install) => install.kind === 'download');
  const verifies = installs.length > 0 && commands.some(({ words }) => verifiers.test(unwrapCommand(words).name));
  return verifies ? [] : installs;
}
