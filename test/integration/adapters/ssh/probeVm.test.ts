import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseProbe } from '../../../../src/adapters/ssh/probeVm.ts';

describe('parseProbe', () => {
  it('reads the marked lines between greetings', () =>
    assert.deepEqual(
      parseProbe(
        [
          'Welcome to end=yes!',
          'no line endopenclaw-vm-probe:sudo=docker',
          'openclaw-vm-probe:user=deploy',
          'openclaw-vm-probe:dockerHost=unix:///run/user/1000/docker.sock',
          'openclaw-vm-probe:cli=docker\r',
          'openclaw-vm-probe:usable=/run/user/1000/docker.sock',
          'openclaw-vm-probe:forbidden=/var/run/docker.sock',
          'openclaw-vm-probe:usable=/run/user/1000/docker.sock',
          'openclaw-vm-probe:end=yes',
          'bye',
        ].join('\n'),
      ),
      {
        user: 'deploy',
        hasDockerCli: true,
        dockerHost: 'unix:///run/user/1000/docker.sock',
        sudoDocker: true,
        sockets: [
          { path: '/run/user/1000/docker.sock', usable: true },
          { path: '/var/run/docker.sock', usable: false },
        ],
      },
    ));
  it('is nothing where the command was cut off', () =>
    assert.equal(parseProbe('openclaw-vm-probe:cli=docker\nopenclaw-vm-probe:usa'), undefined));
  it('is nothing where no command ran', () =>
    assert.equal(parseProbe('This account is currently not available.\n'), undefined));
});
