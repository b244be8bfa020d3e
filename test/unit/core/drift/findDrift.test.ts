import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type FileChange, findDrift } from '../../../../src/core/drift/findDrift.ts';

/** Lines as `docker diff` prints them. */
function changes(text: string): readonly FileChange[] {
  const kinds = { A: 'added', C: 'changed', D: 'deleted' } as const;
  return text
    .trim()
    .split('\n')
    .map((line) => ({ kind: kinds[line.trim()[0] as keyof typeof kinds], path: line.trim().slice(2) }));
}

function drift(text: string, mounts: readonly string[] = []): readonly string[] {
  return findDrift(changes(text), mounts).map(({ what, kind, label }) => `${what} ${kind} ${label}`);
}

describe('findDrift', () => {
  it('is silent about an untouched container', () => assert.deepEqual(findDrift([], ['/data']), []));

  it('is silent about what every container writes', () => {
    const text = `C /run\nA /run/app.pid\nC /tmp\nA /tmp/x\nC /var\nC /var/log\nA /var/log/app.log\nC /root\nA /root/.npm\nA /root/.npm/_logs\nA /root/.cache\nA /root/.bash_history\nC /etc\nC /etc/resolv.conf`;
    assert.deepEqual(drift(text), []);
  });

  it('is silent about what mounts keep, and about folders that were made for them', () => {
    const text = 'C /home\nC /home/node\nA /home/node/.openclaw\nA /home/node/deep\nA /home/node/deep/mount';
    assert.deepEqual(drift(text, ['/home/node/.openclaw/', '/home/node/deep/mount']), []);
  });

  it('is silent about the folders into which Podman puts its own files and mounts', () => {
    assert.deepEqual(drift('C /etc', ['/data']), []);
    assert.deepEqual(drift('C /data', ['/data/state']), []);
    assert.equal(drift('C /etc/npmrc', ['/data']).length, 1);
  });

  it('tells a file beside a mount in a folder that was made for it', () => {
    const text = 'A /data\nA /data/mounted\nA /data/notes.txt';
    assert.deepEqual(drift(text, ['/data/mounted']), ['file added /data/notes.txt']);
  });

  it('does not take a folder for a mount whose name begins alike', () => {
    assert.deepEqual(drift('A /data-old', ['/data']), ['file added /data-old']);
  });

  it('tells programs by their names, wherever programs are', () => {
    const text =
      'C /usr/local/bin\nA /usr/local/bin/gog\nA /root/.local/bin/uv\nA /opt/tool/sbin/toold\nC /usr/bin/node';
    assert.deepEqual(drift(text), [
      'program added gog',
      'program changed node',
      'program added toold',
      'program added uv',
    ]);
  });

  it('does not take a deleted program for one that would be missed', () => {
    assert.deepEqual(drift('D /usr/bin/vi'), ['file deleted /usr/bin/vi']);
  });

  it('tells packages of npm, also scoped ones, and nothing of what is in them', () => {
    const text = `A /usr/local/lib/node_modules/@scope
A /usr/local/lib/node_modules/@scope/cli
A /usr/local/lib/node_modules/@scope/cli/bin
A /usr/local/lib/node_modules/@scope/cli/bin/cli.js
A /usr/local/lib/node_modules/@scope/cli/node_modules
A /usr/local/lib/node_modules/@scope/cli/node_modules/dep
A /usr/local/lib/node_modules/.package-lock.json`;
    assert.deepEqual(drift(text), ['package added @scope/cli']);
  });

  it('tells Python packages with their versions', () => {
    const text = `A /usr/lib/python3/dist-packages/requests
A /usr/lib/python3/dist-packages/requests/api.py
A /usr/lib/python3/dist-packages/requests-2.32.3.dist-info
A /usr/lib/python3/dist-packages/requests-2.32.3.dist-info/METADATA`;
    assert.deepEqual(drift(text), ['package added requests 2.32.3']);
  });

  it('tells packages of apt by name, and nothing of their libraries and pages', () => {
    const text = `C /var/lib/dpkg/status
A /var/lib/dpkg/info/libjq1:amd64.list
A /var/lib/dpkg/info/jq.list
A /var/lib/dpkg/info/jq.md5sums
A /usr/bin/jq
A /usr/lib/x86_64-linux-gnu/libjq.so.1
A /usr/share/doc/jq
A /usr/share/doc/jq/copyright`;
    assert.deepEqual(drift(text), ['program added jq', 'package added jq', 'package added libjq1']);
  });

  it('puts state before all else, a new folder as one', () => {
    const text = `A /usr/local/bin/gog
A /home/node/.config
A /home/node/.config/gogcli
A /home/node/.config/gogcli/keyring
A /home/node/notes
A /home/node/notes/a
C /app/package.json`;
    const items = findDrift(changes(text), []);
    assert.deepEqual(
      items.map(({ what, label, fileCount }) => [what, label, fileCount]),
      [
        ['state', '/home/node/.config', 3],
        ['program', 'gog', 1],
        ['file', '/app/package.json', 1],
        ['file', '/home/node/notes', 2],
      ],
    );
  });

  it('takes many changes at once', () => {
    const many = Array.from(
      { length: 20_000 },
      (_, index): FileChange => ({
        path: `/srv/d${index % 300}/f${index}`,
        kind: 'added',
      }),
    );
    assert.equal(findDrift(many, ['/data']).length, 20_000);
  });
});
