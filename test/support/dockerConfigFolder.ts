import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface WrittenContext {
  readonly name: string;
  readonly host: string;
  readonly description?: string;
  readonly skipTlsVerify?: boolean;
  /** PEM texts. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** A folder as `DOCKER_CONFIG` names it, with contexts in the docker CLI's own format (cli/context/store). */
export class DockerConfigFolder {
  readonly path: string;

  /** Without a path a new folder. */
  constructor(path = mkdtempSync(join(tmpdir(), 'openclaw-vm-docker-config-'))) {
    this.path = path;
  }

  write({ name, host, description, skipTlsVerify = false, tls }: WrittenContext): void {
    const metadata = description === undefined ? {} : { Description: description };
    const endpoints = { docker: { Host: host, SkipTLSVerify: skipTlsVerify } };
    this.writeFile(this.metaFile(name), JSON.stringify({ Name: name, Metadata: metadata, Endpoints: endpoints }));
    for (const [file, text] of Object.entries(tls ?? {}))
      if (text !== undefined) this.writeFile(join(this.tlsFolder(name), `${file}.pem`), text);
  }

  /** As `docker context rm` does. */
  forget(name: string): void {
    for (const folder of [dirname(this.metaFile(name)), dirname(this.tlsFolder(name))])
      rmSync(folder, { recursive: true, force: true });
  }

  metaFile(name: string): string {
    return join(this.path, 'contexts', 'meta', idOf(name), 'meta.json');
  }

  tlsFolder(name: string): string {
    return join(this.path, 'contexts', 'tls', idOf(name), 'docker');
  }

  /** `config.json`. */
  writeConfig(config: unknown): void {
    this.writeFile(join(this.path, 'config.json'), JSON.stringify(config));
  }

  writeFile(file: string, text: string): void {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

function idOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}
