import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  hasTerminal,
  parseContainerDetails,
  parseContainers,
  parseEngineInfo,
  parseEvent,
} from '../../../../src/adapters/docker/parseEngineJson.ts';

const gateway = {
  Id: 'f00d',
  Names: ['/openclaw-openclaw-gateway-1'],
  Image: 'openclaw:local',
  Command: 'tini -s -- node openclaw.mjs gateway',
  ImageID: 'sha256:1234',
  State: 'running',
  Status: 'Up 3 minutes (healthy)',
  Ports: [
    { IP: '0.0.0.0', PrivatePort: 18789, PublicPort: 18789, Type: 'tcp' },
    { IP: '::', PrivatePort: 18789, PublicPort: 18789, Type: 'tcp' },
    { PrivatePort: 9000, Type: 'udp' },
  ],
  Labels: {
    'com.docker.compose.project': 'openclaw',
    'com.docker.compose.service': 'openclaw-gateway',
    'com.docker.compose.project.working_dir': '/root/my app',
    'com.docker.compose.project.config_files':
      '/root/my app/docker-compose.yml,/root/my app/docker-compose.override.yml',
  },
};

describe('parseContainers', () => {
  it('reads a compose container', () =>
    assert.deepEqual(parseContainers([gateway]), [
      {
        id: 'f00d',
        name: 'openclaw-openclaw-gateway-1',
        image: 'openclaw:local',
        imageId: 'sha256:1234',
        createdAtMs: 0,
        state: 'running',
        health: 'healthy',
        status: 'Up 3 minutes (healthy)',
        ports: [
          { hostAddress: '0.0.0.0', hostPort: 18789, containerPort: 18789, protocol: 'tcp' },
          { hostAddress: '::', hostPort: 18789, containerPort: 18789, protocol: 'tcp' },
          { hostAddress: '', hostPort: undefined, containerPort: 9000, protocol: 'udp' },
        ],
        command: 'tini -s -- node openclaw.mjs gateway',
        compose: {
          project: 'openclaw',
          service: 'openclaw-gateway',
          workingDirectory: '/root/my app',
          configFiles: ['/root/my app/docker-compose.yml', '/root/my app/docker-compose.override.yml'],
        },
      },
    ]));
  it('reads a container of which nearly everything is missing', () =>
    assert.deepEqual(parseContainers([{ Id: 'abcdefabcdefabcdef', Names: null, Ports: null, Labels: null }]), [
      {
        id: 'abcdefabcdefabcdef',
        name: 'abcdefabcdef',
        image: '',
        imageId: '',
        createdAtMs: 0,
        state: 'exited',
        health: 'none',
        status: '',
        ports: [],
      },
    ]));
  it('takes the own name, not that of a link', () =>
    assert.equal(parseContainers([{ Id: 'a', Names: ['/other/alias', '/own'] }])?.[0]?.name, 'own'));
  for (const [status, health] of [
    ['Up 2 seconds (health: starting)', 'starting'],
    ['Up 2 hours (unhealthy)', 'unhealthy'],
    ['Up 2 hours', 'none'],
    ['Restarting (78) 2 seconds ago', 'none'],
  ] as const) {
    it(`sees ${health} in "${status}"`, () =>
      assert.equal(parseContainers([{ Id: 'a', Status: status }])?.[0]?.health, health));
  }
  it('leaves out entries that are none', () => assert.deepEqual(parseContainers([null, 7, {}, []]), []));
  it('is nothing where the answer is no list', () => {
    assert.equal(parseContainers({ message: 'x' }), undefined);
    assert.equal(parseContainers(Buffer.from('[{"Id"')), undefined);
  });
});

describe('parseContainerDetails', () => {
  const details = {
    Id: 'f00d',
    Name: '/gw',
    Created: '2026-11-22T08:00:00.1Z',
    RestartCount: 4,
    State: {
      Status: 'restarting',
      ExitCode: 78,
      OOMKilled: false,
      StartedAt: '2026-11-22T08:01:00Z',
      Health: { Status: 'unhealthy' },
    },
    Config: { Image: 'openclaw:local', User: 'node', Env: ['A=b=c', 'EMPTY=', 'BARE', ''], Tty: false },
    Mounts: [
      { Type: 'bind', Source: '/root/.openclaw', Destination: '/home/node/.openclaw', RW: true },
      { Type: 'volume', Name: 'a'.repeat(64), Source: '/var/lib/docker/x', Destination: '/data', RW: true },
      { Type: 'volume', Name: 'home', Destination: '/home', RW: false },
      { Type: 'tmpfs', Destination: '/tmp' },
      { Type: 'npipe', Source: 'x', Destination: 'y' },
    ],
    HostConfig: { Tmpfs: { '/home/node/.cache': 'rw,noexec,size=64m', '/etc/x': 'ro' } },
  };
  it('reads state, environment and mounts', () => {
    const parsed = parseContainerDetails(details);
    assert.ok(parsed);
    assert.deepEqual(
      [parsed.name, parsed.state, parsed.exitCode, parsed.health, parsed.restartCount, parsed.user],
      ['gw', 'restarting', 78, 'unhealthy', 4, 'node'],
    );
    assert.deepEqual(
      [...parsed.environment],
      [
        ['A', 'b=c'],
        ['EMPTY', ''],
        ['BARE', ''],
      ],
    );
    assert.deepEqual(parsed.mounts, [
      { kind: 'bind', source: '/root/.openclaw', target: '/home/node/.openclaw', readOnly: false, anonymous: false },
      { kind: 'volume', source: 'a'.repeat(64), target: '/data', readOnly: false, anonymous: true },
      { kind: 'volume', source: 'home', target: '/home', readOnly: true, anonymous: false },
      { kind: 'tmpfs', source: '', target: '/tmp', readOnly: false, anonymous: false },
      { kind: 'other', source: 'x', target: 'y', readOnly: false, anonymous: false },
      { kind: 'tmpfs', source: '', target: '/home/node/.cache', readOnly: false, anonymous: false },
      { kind: 'tmpfs', source: '', target: '/etc/x', readOnly: true, anonymous: false },
    ]);
  });
  it('reads a container without Health, Env or Mounts', () => {
    const parsed = parseContainerDetails({
      Id: 'a',
      State: { Status: 'created' },
      Config: { Env: null },
      Mounts: null,
    });
    assert.deepEqual([parsed?.health, parsed?.environment.size, parsed?.mounts.length], ['none', 0, 0]);
  });
  it('is nothing where the answer is an error page', () => assert.equal(parseContainerDetails('<html>'), undefined));
  it('knows a terminal', () => {
    assert.equal(hasTerminal({ Config: { Tty: true } }), true);
    assert.equal(hasTerminal(details), false);
  });
});

describe('parseEngineInfo', () => {
  it('names the architecture as Dockerfiles do', () =>
    assert.deepEqual(
      parseEngineInfo(
        { Architecture: 'aarch64', MemTotal: 4e9, NCPU: 2, OperatingSystem: 'Debian GNU/Linux 13 (trixie)' },
        { Version: '26.1.5', ApiVersion: '1.45', Arch: 'arm64' },
      ),
      {
        version: '26.1.5',
        apiVersion: '1.45',
        architecture: 'arm64',
        operatingSystem: 'Debian GNU/Linux 13 (trixie)',
        memoryBytes: 4e9,
        cpus: 2,
      },
    ));
  it("reads the machine's clock", () =>
    assert.equal(
      parseEngineInfo({ SystemTime: '2026-09-06T12:00:00.25+02:00' }, {})?.systemTimeMs,
      Date.UTC(2026, 8, 6, 10, 0, 0, 250),
    ));
  it('is nothing where half of it is', () => assert.equal(parseEngineInfo({}, 'x'), undefined));
});

describe('parseEvent', () => {
  it('reads an event', () =>
    assert.deepEqual(
      parseEvent(
        '{"Type":"container","Action":"die","Actor":{"ID":"f00d","Attributes":{"exitCode":"78","n":1}},"timeNano":17}',
      ),
      { type: 'container', action: 'die', id: 'f00d', attributes: { exitCode: '78' }, timeNano: 17 },
    ));
  it('is nothing for half a line', () => assert.equal(parseEvent('{"Type":"cont'), undefined));
});
