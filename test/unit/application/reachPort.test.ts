import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PublishedPort } from '../../../src/application/ports/Engine.ts';
import type { MachineWay } from '../../../src/application/ports/Machine.ts';
import { reachPort } from '../../../src/application/tunnels/reachPort.ts';

const at = (hostAddress: string, hostPort: number | undefined = 18789): PublishedPort => ({
  hostAddress,
  hostPort,
  containerPort: 80,
  protocol: 'tcp',
});
const container = (ports: readonly PublishedPort[], networkMode = 'bridge') => ({
  ports,
  networkMode,
  addresses: ['172.17.0.2'],
});
const overNetwork = (host = '203.0.113.7'): MachineWay => ({
  place: 'engineOnly',
  address: 'tcp://203.0.113.7:2376',
  link: { host, protection: 'tls' },
});
const link = overNetwork();
const reach = (ports: readonly PublishedPort[], way: MachineWay = { place: 'ssh' }, networkMode?: string) =>
  reachPort(container(ports, networkMode), 80, 'The port 80 of "web"', way);

describe('a port of a container, as its machine reaches it', () => {
  it('is at the loopback where it is published everywhere', () =>
    assert.deepEqual(reach([at('0.0.0.0')]), { host: '127.0.0.1', port: 18789 }));
  it('is at the address that it is published on', () =>
    assert.deepEqual(reach([at('10.0.0.5')]), { host: '10.0.0.5', port: 18789 }));
  it('is at the container where it is not published', () =>
    assert.deepEqual(reach([]), { host: '172.17.0.2', port: 80 }));
  it('is on the machine itself in its own network', () =>
    assert.deepEqual(reach([], undefined, 'host'), { host: '127.0.0.1', port: 80 }));
});

describe('a port of an engine over TCP', () => {
  it("is at the engine's host where it is published everywhere", () =>
    assert.deepEqual(reach([at('127.0.0.1', 1), at('::')], link), { host: '203.0.113.7', port: 18789 }));
  it('is at the address that it is published on', () =>
    assert.deepEqual(reach([at('10.0.0.5')], link), { host: '10.0.0.5', port: 18789 }));
  it('cannot be reached at the loopback of another machine, and the message says why', () =>
    assert.throws(
      () => reach([at('127.0.0.1')], link),
      /published on 127\.0\.0\.1:18789 of the engine's machine alone, and there is no tunnel through tcp:\/\/203/,
    ));
  it('can be reached at the loopback that is this machine', () =>
    assert.deepEqual(reach([at('127.0.0.1')], overNetwork('localhost')), { host: '127.0.0.1', port: 18789 }));
  it('cannot be reached where it is not published', () => assert.throws(() => reach([], link), /it is not published/));
});
