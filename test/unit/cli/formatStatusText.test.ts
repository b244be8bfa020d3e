import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConnectionError } from '../../../src/application/ConnectionError.ts';
import type { Container } from '../../../src/application/ports/Engine.ts';
import { groupContainers } from '../../../src/application/vms/groupContainers.ts';
import type { MachineStatus } from '../../../src/application/vms/readMachineStatus.ts';
import { formatStatusText } from '../../../src/cli/formatStatusText.ts';

const evil = 'x\u001b]0;title\u0007\u001b[2J\u009b31m\n\u202e\u2028└─ y';

function container(id: string, project: string | undefined): Container {
  const compose = { project: evil, service: evil, workingDirectory: evil, configFiles: [] };
  return {
    id,
    name: evil,
    image: evil,
    imageId: '',
    state: 'running',
    health: 'none',
    status: evil,
    createdAtMs: 0,
    ports: [{ hostAddress: evil, hostPort: 1, containerPort: 1, protocol: evil }],
    ...(project === undefined ? {} : { compose }),
  };
}

describe('formatStatusText', () => {
  const info = { version: evil, apiVersion: evil, architecture: evil, operatingSystem: evil, memoryBytes: 1, cpus: 1 };
  const containers = [container('a', undefined), container('b', evil)];
  const reached: MachineStatus = {
    kind: 'reached',
    view: { info, way: { place: 'ssh' }, ...groupContainers(containers), updatedAtMs: 0 },
    facts: {},
    images: [],
    networks: [],
  };
  const failed: MachineStatus = { kind: 'failed', error: new ConnectionError('other', evil, { remedy: evil }) };

  it('lets nothing that a machine says act on the terminal, or look like another line', () => {
    const statuses = [reached, failed].map((status) => ({ target: evil, name: evil, address: evil, status }));
    const text = formatStatusText(statuses, { useColour: false });
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    const lines = [
      'x',
      '├─ x',
      '│  └─ x',
      '│     └─ x',
      '├─ Other',
      '│  └─ x',
      '├─ 0',
      '└─ 0',
      '',
      'x',
      '├─ x',
      '└─ x',
      '',
    ];
    assert.deepEqual(
      text.split('\n').map((line) => /^[ │├└─]*[^ ]*/.exec(line)?.[0]),
      lines,
    );
  });
  it('colours with its own sequences alone', () => {
    const text = formatStatusText([{ target: 'a', name: evil, status: reached }], { useColour: true });
    const own = text.split(/\p{Cc}\[(?:1|22|3[0-9]|9[0-9])m/u).join('');
    assert.ok(own.length < text.length);
    assert.doesNotMatch(own.replaceAll('\n', ''), /\p{Cc}/u);
  });
});
