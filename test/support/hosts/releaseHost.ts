import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { type Architecture, type CatalogBinary, catalog } from '../../../src/core/binaries/catalog.ts';
import { certificateAuthority, serverCertificate } from './certificateAuthority.ts';
import { packageFile, packageHostName } from './packageHost.ts';
import { assetAddress, type Fault, type ReleaseAsset, releaseAsset, withFault } from './releaseAssets.ts';

const assetHost = 'release-assets.githubusercontent.com';

const architectures: readonly Architecture[] = ['amd64', 'arm64'];

/** GitHub, the hosts of the catalog's other downloads, and that of packages. */
export const releaseHostNames: readonly string[] = [
  ...new Set([
    'github.com',
    assetHost,
    'objects.githubusercontent.com',
    packageHostName,
    ...catalog().flatMap((binary) =>
      architectures.map((architecture) => assetAddress(binary, architecture)).flatMap((url) => hostsOf(url)),
    ),
  ]),
];

function hostsOf(url: string | undefined): readonly string[] {
  return url === undefined ? [] : [new URL(url).hostname];
}

/** GitHub's releases and other downloads, as far as image builds use them: real names, real TLS, redirects as there. */
export type ReleaseHost = {
  /** SHA-256 (hexadecimal) of an asset that it serves; the real assets have others. */
  readonly sha256: (bin: string, architecture: Architecture) => string;
  /** Address of an asset. */
  readonly url: (bin: string, architecture: Architecture) => string;
  readonly urls: () => string[];
  /** Paths that were asked for, in order, such as `github.com/openclaw/gogcli/releases/download/…`. */
  readonly requests: readonly string[];
  /** Adds a further binary, or another version of one, which is then the latest; with a fault, broken. */
  readonly serve: (bin: string | CatalogBinary, version?: string, fault?: Fault) => Promise<void>;
  /** The entry with the checksums of what is served for it. */
  readonly asServed: (binary: CatalogBinary) => CatalogBinary;
  readonly close: () => Promise<void>;
};

type Served = { readonly bin: string; readonly architecture: Architecture; readonly asset: ReleaseAsset };

/**
 * Serves release assets of gog, goplaces and wacli on `address`, ports 443 and 80, for hosts that trust our authority and whose
 * name server gives `address` for `releaseHostNames`.
 * @param folder - for the certificate.
 */
export async function startReleaseHost(address: string, folder: string): Promise<ReleaseHost> {
  const served: Served[] = [];
  const serve = async (bin: string | CatalogBinary, version?: string, fault?: Fault): Promise<void> => {
    const name = typeof bin === 'string' ? bin : bin.name;
    const binary = typeof bin === 'string' ? catalog().find((each) => each.name === bin) : bin;
    for (const architecture of architectures) {
      if (binary === undefined || assetAddress(binary, architecture) === undefined) continue;
      const asset = await releaseAsset(binary, architecture, version);
      served.push({
        bin: name,
        architecture,
        asset: fault === undefined ? asset : await withFault(asset, fault, binary, architecture),
      });
    }
    if (!served.some((each) => each.bin === name)) throw new Error(`The catalog has no release of "${name}".`);
  };
  for (const bin of ['gog', 'goplaces', 'wacli']) await serve(bin);

  const files = await serverCertificate(await certificateAuthority(), releaseHostNames, join(folder, 'release-host'));
  const requests: string[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(`${request.headers.host}${request.url}`);
    answer(request, response, served).catch((error: unknown) => {
      response.writeHead(500);
      response.end(String(error));
    });
  };
  const servers = [
    createServer({ cert: readFileSync(files.cert), key: readFileSync(files.key) }, handle),
    createHttpServer(handle),
  ] as const;
  await listen(servers[0], address, 443);
  await listen(servers[1], address, 80);

  const find = (bin: string, architecture: Architecture): ReleaseAsset => {
    const asset = served.findLast((each) => each.bin === bin && each.architecture === architecture)?.asset;
    if (asset === undefined)
      throw new Error(`The release host has no ${bin} for ${architecture}: call serve('${bin}').`);
    return asset;
  };
  return {
    sha256: (bin, architecture) => find(bin, architecture).sha256,
    url: (bin, architecture) => find(bin, architecture).url,
    urls: () => served.map(({ asset }) => asset.url),
    requests,
    serve,
    asServed: (binary) => withChecksums(binary, (url) => served.find(({ asset }) => asset.url === url)?.asset.sha256),
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** Where an entry has checksums of its own; who reads them from the release goes on doing so. */
function withChecksums(binary: CatalogBinary, sha256: (url: string) => string | undefined): CatalogBinary {
  const { source } = binary;
  if (source.kind !== 'githubRelease' && source.kind !== 'download') return binary;
  const assets = { ...source.assets };
  for (const architecture of architectures) {
    const asset = assets[architecture];
    const served = sha256(assetAddress(binary, architecture) ?? '');
    if (asset?.sha256 !== undefined && served !== undefined) assets[architecture] = { ...asset, sha256: served };
  }
  return { ...binary, source: { ...source, assets } };
}

async function answer(request: IncomingMessage, response: ServerResponse, served: readonly Served[]): Promise<void> {
  const host = request.headers.host ?? '';
  const path = new URL(request.url ?? '/', 'https://github.com').pathname;
  if (host === packageHostName) {
    sendFile(response, await packageFile(path), path.endsWith('/') ? 'text/html' : undefined);
    return;
  }
  const assets = served.map(({ asset }) => asset);
  if (host === assetHost) {
    sendFile(response, assets.find(({ sha256, name }) => `/${sha256}/${name}` === path)?.content);
    return;
  }
  const location = host === 'github.com' ? redirectOf(path, assets) : undefined;
  const url = `https://${host}${path}`;
  const release = assets.filter((asset) => url === besides(asset));
  if (location !== undefined) {
    response.writeHead(location.status, { Location: location.url, 'Content-Length': 0 });
    response.end();
  } else if (release.length > 0) {
    sendFile(response, Buffer.from(release.map(({ sha256, name }) => `${sha256}  ${name}\n`).join('')));
  } else {
    sendFile(response, assets.find((asset) => asset.release === undefined && asset.url === url)?.content);
  }
}

/** Address of the checksums. */
function besides({ url, checksumsName }: ReleaseAsset): string {
  return `${url.slice(0, url.lastIndexOf('/'))}/${checksumsName}`;
}

/** Where github.com would send the client on to. */
function redirectOf(
  path: string,
  assets: readonly ReleaseAsset[],
): { readonly status: 301 | 302; readonly url: string } | undefined {
  const [, owner = '', name = '', ...rest] = path.split('/');
  const repository = `${owner}/${name}`;
  const moved = assets.find(({ release }) => release?.formerRepositories.includes(repository));
  if (moved?.release !== undefined) {
    return { status: 301, url: `https://github.com/${[moved.release.repository, ...rest].join('/')}` };
  }

  const latest = /^releases\/latest\/download\/([^/]+)$/.exec(rest.join('/'));
  const newest = assets.findLast(({ release }) => release?.repository === repository)?.release;
  if (latest !== null && newest !== undefined) {
    return { status: 302, url: `https://github.com/${repository}/releases/download/${newest.tag}/${latest[1]}` };
  }
  // A client that does not follow redirects gets an empty file, as from GitHub.
  const asset = assets.findLast(({ release, url }) => release !== undefined && url === `https://github.com${path}`);
  return asset && { status: 302, url: `https://${assetHost}/${asset.sha256}/${asset.name}` };
}

function sendFile(response: ServerResponse, content: Buffer | undefined, type = 'application/octet-stream'): void {
  if (content === undefined) {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end('Not Found');
    return;
  }
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': content.length });
  response.end(content);
}

async function listen(server: Server, address: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
}
