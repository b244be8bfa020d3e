import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import tls from 'node:tls';
import { HttpsReader } from '../../../src/adapters/web/HttpsReader.ts';
import { checkForUpdate, type UpdateCheck } from '../../../src/application/updates/checkForUpdate.ts';
import { findUpdates } from '../../../src/application/updates/findUpdates.ts';
import { builtInCatalog } from '../../../src/core/binaries/BinaryCatalog.ts';
import type { CatalogBinary } from '../../../src/core/binaries/catalog.ts';
import { gogRelease, type ReleaseApi, sha256, startReleaseApi } from '../../support/hosts/releaseApi.ts';

/** Of Node 24, which runs the tests; the types are of the one that the extension runs on. */
const { getCACertificates, setDefaultCACertificates } = tls as unknown as {
  getCACertificates: (which: 'default') => string[];
  setDefaultCACertificates: (certificates: readonly string[]) => void;
};

let folder: string;
let api: ReleaseApi;
const trusted = getCACertificates('default');

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-vm-releases-'));
  api = await startReleaseApi(folder);
  setDefaultCACertificates([...trusted, readFileSync(api.authority, 'utf8')]);
});
beforeEach(() => api.reset());
after(async () => {
  setDefaultCACertificates(trusted);
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

const sources = (timeoutMs = 5_000) => ({
  web: new HttpsReader({ timeoutMs }),
  githubApiUrl: api.githubApiUrl,
  packagesApiUrl: api.packagesApiUrl,
});
const entry = (name: string): CatalogBinary => {
  const binary = builtInCatalog.find(name);
  assert.ok(binary, name);
  return binary;
};
const check = (name: string, version: string, signal?: AbortSignal) =>
  checkForUpdate(entry(name), version, sources(), signal);
const reasonOf = (result: UpdateCheck) => ('reason' in result ? result.reason : JSON.stringify(result));
const host = () => new URL(api.githubApiUrl).host;

describe('a newer version', () => {
  it('is found in the newest release, with the digests of its checksum file', async () => {
    api.publish(gogRelease('0.38.1'));
    const result = await check('gog', '0.37.0');
    assert.equal(result.kind, 'newer');
    assert.ok(result.kind === 'newer' && result.binary.source.kind === 'githubRelease');
    assert.equal(result.version, '0.38.1');
    assert.equal(result.binary.version, '0.38.1');
    assert.equal(result.binary.source.assets.amd64?.sha256, sha256('amd64 of gog 0.38.1'));
    assert.equal(result.binary.source.assets.arm64?.sha256, sha256('arm64 of gog 0.38.1'));
    assert.equal(result.binary.source.assets.amd64?.name, 'gogcli_{version}_linux_amd64.tar.gz');
  });

  it('is none where the stanza has it, or a later one', async () => {
    api.publish(gogRelease('0.37.0'));
    assert.deepEqual(await check('gog', '0.37.0'), { kind: 'newest', version: '0.37.0' });
    assert.deepEqual(await check('gog', '0.100.0'), { kind: 'newest', version: '0.100.0' });
  });

  it('has its digest from a checksum file of each asset', async () => {
    const assets = { 'gifgrep_0.4.0_linux_amd64.tar.gz': 'a', 'gifgrep_0.4.0_linux_arm64.tar.gz': 'b' };
    const files = {
      ...assets,
      'gifgrep_0.4.0_linux_amd64.tar.gz.sha256': `${sha256('a')}\n`,
      'gifgrep_0.4.0_linux_arm64.tar.gz.sha256': `${sha256('b')} *gifgrep_0.4.0_linux_arm64.tar.gz\n`,
    };
    api.publish({ repository: 'steipete/gifgrep', tag: 'v0.4.0', files });
    const result = await check('gifgrep', '0.3.0');
    assert.ok(result.kind === 'newer' && result.binary.source.kind === 'githubRelease', reasonOf(result));
    assert.equal(result.binary.source.assets.arm64?.sha256, sha256('b'));
  });

  it('has its digest from the release host where the release has no checksum file', async () => {
    const release = {
      repository: 'pimalaya/himalaya',
      tag: 'v2.2.1',
      files: { 'himalaya.x86_64-linux.tgz': 'x', 'himalaya.aarch64-linux.tgz': 'y' },
    };
    api.publish(release);
    assert.match(reasonOf(await check('himalaya', '2.1.0')), /himalaya 2\.2\.1 publishes no checksum/);
    api.publish({ ...release, hasDigests: true });
    const result = await check('himalaya', '2.1.0');
    assert.ok(result.kind === 'newer' && result.binary.source.kind === 'githubRelease');
    assert.equal(result.binary.source.assets.amd64?.sha256, sha256('x'));
  });

  it('of a package is the one that is installed by default', async () => {
    api.publishPackage('npm/@steipete/oracle', '0.22.0');
    api.publishPackage('go/github.com/steipete/songsee', 'v0.2.0');
    api.publishPackage('pypi/openai-whisper', '20260101');
    for (const [name, from, to] of [
      ['oracle', '0.21.2', '0.22.0'],
      ['songsee', '0.1.1', '0.2.0'],
      ['whisper', '20250625', '20260101'],
    ] as const) {
      const result = await check(name, from);
      assert.ok(result.kind === 'newer', reasonOf(result));
      assert.deepEqual([result.version, result.binary.version], [to, to]);
    }
  });

  it('is not asked for where a distribution or nobody lists it', async () => {
    for (const [name, reason] of [
      ['jq', /distribution/],
      ['op', /plain download/],
      ['git', /official image/],
      ['memo', /no Linux build/],
    ] as const) {
      const result = await check(name, '1');
      assert.equal(result.kind, 'notAsked');
      assert.match(reasonOf(result), reason);
    }
    assert.deepEqual(api.requests, []);
  });
});

describe('a question for newer versions fails', () => {
  const failures: readonly [string, () => void, RegExp | (() => string)][] = [
    ['where the repository has no release', () => {}, () => `${host()} knows nothing of openclaw/gogcli, for gog.`],
    [
      'where the checksum file is missing',
      () =>
        api.publish(
          gogRelease('0.38.0', {
            files: { 'gogcli_0.38.0_linux_amd64.tar.gz': 'x', 'gogcli_0.38.0_linux_arm64.tar.gz': 'y' },
          }),
        ),
      /gog 0\.38\.0 has no checksum file "checksums\.txt", so it is not taken\./,
    ],
    [
      'where the checksum file does not name the asset',
      () =>
        api.publish(
          gogRelease('0.38.0', {
            files: { ...gogRelease('0.38.0').files, 'checksums.txt': `${sha256('x')}  other.tar.gz\n` },
          }),
        ),
      /has no checksum of "gogcli_0\.38\.0_linux_amd64\.tar\.gz", so it is not taken/,
    ],
    [
      'where the files have other names',
      () => api.publish(gogRelease('0.38.0', { files: { 'gog_linux.zip': 'x', 'checksums.txt': '' } })),
      /has no file "gogcli_0\.38\.0_linux_amd64\.tar\.gz": its files may have other names now/,
    ],
    [
      'where the tag is of another kind',
      () => api.publish(gogRelease('0.38.0', { tag: 'nightly; rm -rf x' })),
      /is tagged "nightly; rm -rf x", not as "v\{version\}"/,
    ],
    [
      'where a version would be a command',
      () => api.publish(gogRelease('0.38.0', { tag: 'v1$(touch x)' })),
      /is tagged "v1\$\(touch x\)"/,
    ],
    [
      'where the two digests differ',
      () => {
        const release = gogRelease('0.38.0', { hasDigests: true });
        api.publish({
          ...release,
          files: { ...release.files, 'checksums.txt': `${sha256('other')}  gogcli_0.38.0_linux_amd64.tar.gz\n` },
        });
      },
      /is not the one that the release host has/,
    ],
    [
      'where the answer is no JSON',
      () => api.override(/latest$/, (_, response) => response.end('<html>')),
      () => `${host()} could not be asked for gog: its answer is not a release.`,
    ],
    [
      'where the answer is another JSON',
      () => api.override(/latest$/, (_, response) => response.end('[]')),
      () => `${host()} could not be asked for gog: its answer is not a release.`,
    ],
    [
      'where the host fails',
      () =>
        api.override(/latest$/, (_, response) => {
          response.statusCode = 503;
          response.end();
        }),
      /it answered 503 Service Unavailable\./,
    ],
    [
      'where the answer never ends',
      () =>
        api.override(/latest$/, (_, response) => {
          const write = (): void => {
            if (!response.destroyed) response.write('x'.repeat(1_000_000), () => setImmediate(write));
          };
          write();
        }),
      /its answer is larger than 5 MB\./,
    ],
    [
      'where the connection breaks off',
      () => api.override(/latest$/, (request) => request.socket.destroy()),
      /the connection broke off\./,
    ],
    [
      'where it redirects in a circle',
      () =>
        api.override(/latest$/, (request, response) => {
          response.writeHead(302, { Location: request.url });
          response.end();
        }),
      /it redirects again and again\./,
    ],
    [
      'where it redirects to a place without encryption',
      () =>
        api.override(/latest$/, (_, response) => {
          response.writeHead(302, { Location: 'http://localhost:1/x' });
          response.end();
        }),
      /localhost:1 would have to be asked without encryption\./,
    ],
  ];
  for (const [what, arrange, message] of failures) {
    it(what, async () => {
      arrange();
      const result = await check('gog', '0.37.0');
      assert.equal(result.kind, 'failed');
      if (typeof message === 'function') assert.equal(reasonOf(result), message());
      else assert.match(reasonOf(result), message);
    });
  }

  it('where it does not answer in time', async () => {
    api.override(/latest$/, () => {});
    const result = await checkForUpdate(entry('gog'), '0.37.0', sources(300));
    assert.match(reasonOf(result), /it did not answer within 0 seconds\./);
  });

  it('where nobody listens, and where the name is not known', async () => {
    const web = new HttpsReader();
    for (const [address, reason] of [
      ['https://localhost:1/x', 'it refuses the connection'],
      ['https://nowhere.invalid/x', /its name (?:is not known|cannot be looked up): this machine may be offline/],
      ['no address', '"no address" is not an address'],
    ] as const) {
      const answer = await web.read(address, { maxBytes: 10 });
      assert.ok(answer.kind === 'failed');
      if (typeof reason === 'string') assert.equal(answer.reason, reason);
      else assert.match(answer.reason, reason);
    }
  });

  it('where the certificate is not trusted', async () => {
    setDefaultCACertificates(trusted);
    try {
      const result = await check('gog', '0.37.0');
      assert.match(reasonOf(result), /its certificate is not trusted \([A-Z_]+\)\./);
    } finally {
      setDefaultCACertificates([...trusted, readFileSync(api.authority, 'utf8')]);
    }
  });

  it('at once where the person cancels', async () => {
    const controller = new AbortController();
    api.override(/latest$/, () => controller.abort());
    await assert.rejects(check('gog', '0.37.0', controller.signal), { name: 'AbortError' });
  });
});

describe('a rate limit', () => {
  it('is said with its end, and the host is not asked again', async () => {
    const resetUnixSeconds = Math.floor(Date.now() / 1000) + 600;
    api.override(/\/api\//, (_, response) => {
      response.writeHead(403, { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(resetUnixSeconds) });
      response.end('{"message":"API rate limit exceeded"}');
    });
    api.publishPackage('npm/clawhub', '9.0.0');
    const baked = ['gog', 'goplaces', 'clawhub', 'jq'].map((name) => ({ name, version: '0.0.1', binary: entry(name) }));
    const asked: string[] = [];
    const found = await findUpdates(baked, sources(), (name) => asked.push(name));
    assert.equal(found.failures.length, 1);
    assert.match(
      found.failures[0] ?? '',
      /answers no more questions from this address for now\. Try again at .*\d\d.*\./,
    );
    assert.deepEqual(
      found.updates.map(({ name, from, to }) => [name, from, to]),
      [['clawhub', '0.0.1', '9.0.0']],
    );
    assert.equal(api.requests.filter((path) => path.startsWith('/api/')).length, 1);
    assert.equal(found.notAsked.length, 1);
  });

  it('is recognised without an end', async () => {
    api.override(/latest$/, (_, response) => {
      response.statusCode = 429;
      response.end();
    });
    assert.match(reasonOf(await check('gog', '0.37.0')), /Try again later\./);
  });
});
