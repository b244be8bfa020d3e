import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificateAuthority, serverCertificate } from './certificateAuthority.ts';

/** A release as its publisher makes it. */
export interface PublishedRelease {
  readonly repository: string;
  readonly tag: string;
  /** By file name. */
  readonly files: Readonly<Record<string, string>>;
  /** The API says the digest of each file, as GitHub's does since 2025. */
  readonly hasDigests?: boolean;
}

/** GitHub's release API and downloads, and the API of deps.dev, as far as a question for newer versions uses them. */
export interface ReleaseApi {
  readonly githubApiUrl: string;
  readonly packagesApiUrl: string;
  /** The file of the authority that signed its certificate, for `NODE_EXTRA_CA_CERTS`. */
  readonly authority: string;
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[];
  /** This is the newest release of its repository from now on. */
  publish(release: PublishedRelease): void;
  /** The default version of a package, by its system and name, such as `npm/clawhub`. */
  publishPackage(name: string, version: string): void;
  /** Answers whatever path this pattern matches in this way, instead. */
  override(path: RegExp, answer: (request: IncomingMessage, response: ServerResponse) => void): void;
  /** As at the start. */
  reset(): void;
  close(): Promise<void>;
}

export function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Serves on this machine at a free port, over real TLS. @param folder - for the certificate. */
export async function startReleaseApi(folder: string): Promise<ReleaseApi> {
  const authority = await certificateAuthority();
  const files = await serverCertificate(authority, ['localhost'], folder);
  const releases = new Map<string, PublishedRelease>();
  const packages = new Map<string, string>();
  const overrides: { path: RegExp; answer: (request: IncomingMessage, response: ServerResponse) => void }[] = [];
  const requests: string[] = [];
  let origin = '';
  const server = createServer({ cert: readFileSync(files.cert), key: readFileSync(files.key) }, (request, response) => {
    const path = new URL(request.url ?? '/', 'https://localhost').pathname;
    requests.push(path);
    const override = overrides.findLast((each) => each.path.test(path));
    if (override !== undefined) override.answer(request, response);
    else answer(path, response);
  });
  const answer = (path: string, response: ServerResponse): void => {
    const [, owner, name, tag, file] = /^\/([^/]+)\/([^/]+)\/releases\/download\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    const latest = releases.get(/^\/api\/repos\/([^/]+\/[^/]+)\/releases\/latest$/.exec(path)?.[1] ?? '');
    const release = releases.get(`${owner}/${name}`);
    const [, repository, asset] = /^\/assets\/([^/]+\/[^/]+)\/([^/]+)$/.exec(path) ?? [];
    const content = releases.get(repository ?? '')?.files[asset ?? ''];
    const [, system, wanted] = /^\/packages\/v3\/systems\/([^/]+)\/packages\/([^/]+)$/.exec(path) ?? [];
    const version = packages.get(`${system}/${decodeURIComponent(wanted ?? '')}`);
    if (latest !== undefined) sendJson(response, releaseJson(latest, origin));
    else if (release?.tag === tag && release?.files[file ?? ''] !== undefined) {
      // As there: the file itself comes from another place.
      response.writeHead(302, { Location: `/assets/${owner}/${name}/${file}` });
      response.end();
    } else if (content !== undefined) response.end(content);
    else if (version !== undefined) sendJson(response, packageJson(version));
    else {
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end('{"message":"Not Found","status":"404"}');
    }
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    githubApiUrl: `${origin}/api`,
    packagesApiUrl: `${origin}/packages`,
    authority: authority.certificate,
    requests,
    publish: (release) => releases.set(release.repository, release),
    publishPackage: (name, version) => packages.set(name, version),
    override: (path, custom) => overrides.push({ path, answer: custom }),
    reset: () => {
      releases.clear();
      packages.clear();
      overrides.length = 0;
      requests.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** gog as it is published, in another version. */
export function gogRelease(version: string, more: Partial<PublishedRelease> = {}): PublishedRelease {
  const assets = Object.fromEntries(
    ['amd64', 'arm64', 'armv6'].map((arch) => [`gogcli_${version}_linux_${arch}.tar.gz`, `${arch} of gog ${version}`]),
  );
  const checksums = Object.entries(assets).map(([name, content]) => `${sha256(content)}  ${name}\n`);
  return {
    repository: 'openclaw/gogcli',
    tag: `v${version}`,
    files: { ...assets, 'checksums.txt': checksums.join('') },
    ...more,
  };
}

function releaseJson({ repository, tag, files, hasDigests = false }: PublishedRelease, origin: string): object {
  return {
    tag_name: tag,
    name: tag,
    draft: false,
    prerelease: false,
    assets: Object.entries(files).map(([name, content]) => ({
      name,
      size: content.length,
      digest: hasDigests ? `sha256:${sha256(content)}` : null,
      browser_download_url: `${origin}/${repository}/releases/download/${tag}/${name}`,
    })),
  };
}

function packageJson(version: string): object {
  return {
    versions: [
      { versionKey: { version: '0.0.1' }, isDefault: false },
      { versionKey: { version }, isDefault: true },
    ],
  };
}

function sendJson(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}
