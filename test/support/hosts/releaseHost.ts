import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import type { Architecture } from '../../../src/core/binaries/catalog.ts';
import { certificateAuthority, serverCertificate } from './certificateAuthority.ts';
import { type ReleaseAsset, releaseAsset } from './releaseAssets.ts';

const assetHost = 'release-assets.githubusercontent.com';

export const releaseHostNames: readonly string[] = ['github.com', assetHost, 'objects.githubusercontent.com'];

/** GitHub's releases, as far as image builds use them: real names, real TLS, redirects as there. */
export type ReleaseHost = {
  /** SHA-256 (hexadecimal) of an asset that it serves; the real assets have others. */
  readonly sha256: (bin: string, architecture: Architecture) => string;
  /** Address of an asset on github.com. */
  readonly url: (bin: string, architecture: Architecture) => string;
  readonly urls: () => string[];
  /** Paths that were asked for, in order, such as `github.com/openclaw/gogcli/releases/download/…`. */
  readonly requests: readonly string[];
  /** Adds a further binary of the catalog, or another version of one, which is then the latest. */
  readonly serve: (bin: string, version?: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * Serves release assets of gog, goplaces and wacli on `address`, port 443, for hosts that trust our authority and whose
 * name server gives `address` for `releaseHostNames`.
 * @param folder - for the certificate.
 */
export async function startReleaseHost(address: string, folder: string): Promise<ReleaseHost> {
  const served: { readonly bin: string; readonly architecture: Architecture; readonly asset: ReleaseAsset }[] = [];
  const serve = async (bin: string, version?: string): Promise<void> => {
    for (const architecture of ['amd64', 'arm64'] as const) {
      served.push({ bin, architecture, asset: await releaseAsset(bin, architecture, version) });
    }
  };
  for (const bin of ['gog', 'goplaces', 'wacli']) await serve(bin);

  const files = await serverCertificate(await certificateAuthority(), releaseHostNames, join(folder, 'release-host'));
  const requests: string[] = [];
  const server = createServer({ cert: readFileSync(files.cert), key: readFileSync(files.key) }, (request, response) => {
    requests.push(`${request.headers.host}${request.url}`);
    answer(
      request,
      response,
      served.map(({ asset }) => asset),
    );
  });
  await listen(server, address);

  const find = (bin: string, architecture: Architecture): ReleaseAsset => {
    const asset = served.findLast((each) => each.bin === bin && each.architecture === architecture)?.asset;
    if (asset === undefined)
      throw new Error(`The release host has no ${bin} for ${architecture}: call serve('${bin}').`);
    return asset;
  };
  return {
    sha256: (bin, architecture) => find(bin, architecture).sha256,
    url: (bin, architecture) => urlOf(find(bin, architecture)),
    urls: () => served.map(({ asset }) => urlOf(asset)),
    requests,
    serve,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const pathOf = ({ repository, tag, name }: ReleaseAsset): string => `/${repository}/releases/download/${tag}/${name}`;
const urlOf = (asset: ReleaseAsset): string => `https://github.com${pathOf(asset)}`;

function answer(request: IncomingMessage, response: ServerResponse, assets: readonly ReleaseAsset[]): void {
  const path = new URL(request.url ?? '/', 'https://github.com').pathname;
  if (request.headers.host === assetHost) {
    const asset = assets.find(({ sha256 }) => `/${sha256}` === path);
    if (asset === undefined) sendNotFound(response);
    else sendFile(response, asset);
    return;
  }
  const location = redirectOf(path, assets);
  const release = assets.filter((asset) => path === pathOf({ ...asset, name: asset.checksumsName }));
  if (location !== undefined) {
    response.writeHead(location.status, { Location: location.url, 'Content-Length': 0 });
    response.end();
  } else if (release.length > 0) response.end(release.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(''));
  else sendNotFound(response);
}

/** Where github.com would send the client on to. */
function redirectOf(
  path: string,
  assets: readonly ReleaseAsset[],
): { readonly status: 301 | 302; readonly url: string } | undefined {
  const [, owner = '', name = '', ...rest] = path.split('/');
  const repository = `${owner}/${name}`;
  const moved = assets.find(({ formerRepositories }) => formerRepositories.includes(repository));
  if (moved !== undefined) return { status: 301, url: `https://github.com/${[moved.repository, ...rest].join('/')}` };

  const latest = /^releases\/latest\/download\/([^/]+)$/.exec(rest.join('/'));
  const newest = assets.findLast((asset) => asset.repository === repository);
  if (latest !== null && newest !== undefined) {
    return { status: 302, url: `https://github.com/${repository}/releases/download/${newest.tag}/${latest[1]}` };
  }
  // A client that does not follow redirects gets an empty file, as from GitHub.
  const asset = assets.find((each) => pathOf(each) === path);
  return asset && { status: 302, url: `https://${assetHost}/${asset.sha256}` };
}

function sendFile(response: ServerResponse, { content }: ReleaseAsset): void {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': content.length });
  response.end(content);
}

function sendNotFound(response: ServerResponse): void {
  response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end('Not Found');
}

async function listen(server: Server, address: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(443, address, resolve);
  });
}
