import assert from 'node:assert/strict';
import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  type DockerConfigPlace,
  listDockerContexts,
  readDockerContext,
} from '../../../../src/adapters/docker/dockerContexts.ts';
import { ConnectionError } from '../../../../src/application/ConnectionError.ts';
import { DockerConfigFolder } from '../../../support/dockerConfigFolder.ts';

describe('the contexts of the docker CLI', () => {
  let folder: DockerConfigFolder;
  let place: DockerConfigPlace;
  beforeEach(() => {
    folder = new DockerConfigFolder();
    place = { variables: { DOCKER_CONFIG: folder.path }, homeFolder: '/nowhere', platform: 'linux' };
  });
  afterEach(() => folder.remove());

  it('are none where there is no folder', async () => assert.deepEqual(await listDockerContexts(place), []));

  it('are listed by name with what they lead to', async () => {
    folder.write({ name: 'vm', host: 'ssh://root@vm', description: 'the VM' });
    folder.write({ name: 'rootless', host: 'unix:///run/user/1000/docker.sock' });
    folder.write({ name: 'net', host: 'tcp://10.0.0.1:2376', tls: { ca: 'CA' } });
    folder.write({ name: 'bare', host: 'tcp://10.0.0.1:2375' });
    folder.write({ name: 'trusting', host: 'tcp://10.0.0.1:2376', skipTlsVerify: true });
    const listed = await listDockerContexts(place);
    assert.deepEqual(
      listed.map((context) =>
        context.ok ? [context.name, context.way, context.address, context.description] : context,
      ),
      [
        ['bare', 'plain', 'tcp://10.0.0.1:2375', ''],
        ['net', 'tls', 'tcp://10.0.0.1:2376', ''],
        ['rootless', 'local', 'unix:///run/user/1000/docker.sock', ''],
        ['trusting', 'tlsUnverified', 'tcp://10.0.0.1:2376', ''],
        ['vm', 'ssh', 'ssh://root@vm', 'the VM'],
      ],
    );
  });

  it('have "default" among them where another one is in force', async () => {
    folder.write({ name: 'vm', host: 'ssh://root@vm' });
    const names = async (): Promise<readonly string[]> => (await listDockerContexts(place)).map(({ name }) => name);
    folder.writeConfig({ currentContext: 'default' });
    assert.deepEqual(await names(), ['vm']);
    folder.writeConfig({ currentContext: 'vm' });
    assert.deepEqual(await names(), ['default', 'vm']);
    place = { ...place, variables: { ...place.variables, DOCKER_HOST: 'unix:///x' } };
    assert.deepEqual(await names(), ['vm']);
  });

  it('that cannot be used are listed last, each with its file, and hide no other', async () => {
    folder.write({ name: 'good', host: 'ssh://root@vm' });
    folder.write({ name: 'strange', host: 'fd://3' });
    folder.writeFile(folder.metaFile('half'), '{"Name":"half","Endp');
    mkdirSync(join(folder.path, 'contexts/meta/empty-folder'));
    folder.writeFile(join(folder.path, 'contexts/meta/stray'), '');
    folder.write({ name: 'moved', host: 'ssh://root@vm' });
    const moved = join(folder.path, 'contexts/meta/by-hand');
    renameSync(dirname(folder.metaFile('moved')), moved);
    const [first, ...rest] = await listDockerContexts(place);
    assert.ok(first?.ok === true && first.name === 'good');
    const problems = rest.map((context) => (context.ok ? '' : context.problem)).sort();
    const expected = [
      `${folder.metaFile('half')} is not whole, or not JSON.`,
      `There is no ${join(folder.path, 'contexts/meta/empty-folder/meta.json')}.`,
      `${join(folder.path, 'contexts/meta/stray/meta.json')} could not be read.`,
      `${join(moved, 'meta.json')} is for a context "moved", whose folder has another name.`,
      `"fd://3" is no address of a Docker Engine: it can begin with unix, npipe, tcp or ssh. It stands in ${folder.metaFile('strange')}.`,
    ];
    assert.deepEqual(problems, expected.sort());
  });

  it('lead to a VM with the socket of their address', async () => {
    folder.write({ name: 'vm', host: 'ssh://deploy@vm:2222/run/docker.sock' });
    assert.deepEqual(await readDockerContext('vm', place), {
      kind: 'ssh',
      host: 'vm',
      port: 2222,
      user: 'deploy',
      socketPath: '/run/docker.sock',
    });
  });

  it('bring their certificates, and the ports of HTTP where they name none', async () => {
    folder.write({ name: 'net', host: 'tcp://box', tls: { ca: 'CA', cert: 'CERT', key: 'KEY' } });
    const endpoint = await readDockerContext('net', place);
    assert.ok(endpoint.kind === 'tcp');
    assert.equal(endpoint.port, 443);
    assert.deepEqual(
      [
        endpoint.tls?.verify,
        endpoint.tls?.ca?.toString(),
        endpoint.tls?.cert?.toString(),
        endpoint.tls?.key?.toString(),
      ],
      [true, 'CA', 'CERT', 'KEY'],
    );
    folder.write({ name: 'bare', host: 'tcp://box' });
    assert.deepEqual(await readDockerContext('bare', place), { kind: 'tcp', host: 'box', port: 80 });
  });

  it('use TLS without certificates where they skip the check', async () => {
    folder.write({ name: 'trusting', host: 'tcp://box:2376', skipTlsVerify: true });
    const endpoint = await readDockerContext('trusting', place);
    assert.ok(endpoint.kind === 'tcp');
    assert.deepEqual([endpoint.tls?.verify, endpoint.tls?.ca], [false, undefined]);
  });

  it('mean the standard socket where they name no address', async () => {
    folder.write({ name: 'standard', host: '' });
    assert.deepEqual(await readDockerContext('standard', place), { kind: 'socket', path: '/var/run/docker.sock' });
    assert.deepEqual(await readDockerContext('standard', { ...place, platform: 'win32' }), {
      kind: 'socket',
      path: '\\\\.\\pipe\\docker_engine',
    });
  });

  it('that are gone or broken say so with the path', async () => {
    const gone = await readDockerContext('gone', place).catch((error: unknown) => error);
    assert.ok(gone instanceof ConnectionError);
    assert.equal(gone.message, `The Docker context "gone" cannot be used: there is no ${folder.metaFile('gone')}.`);
    folder.writeFile(folder.metaFile('half'), '');
    await assert.rejects(readDockerContext('half', place), (error: Error) =>
      error.message.endsWith(`${folder.metaFile('half')} is empty.`),
    );
  });

  it('whose key is a folder say which file cannot be read', async () => {
    folder.write({ name: 'net', host: 'tcp://box:2376', tls: { ca: 'CA' } });
    const key = join(folder.tlsFolder('net'), 'key.pem');
    mkdirSync(key);
    await assert.rejects(
      readDockerContext('net', place),
      (error: Error) => error.message === `${key} could not be read.`,
    );
  });

  it('are found below the home folder where no variable names another', async () => {
    folder.write({ name: 'vm', host: 'ssh://vm' });
    const home = join(folder.path, 'home');
    mkdirSync(join(home, '.docker'), { recursive: true });
    renameSync(join(folder.path, 'contexts'), join(home, '.docker/contexts'));
    const listed = await listDockerContexts({ ...place, variables: {}, homeFolder: home });
    assert.deepEqual(
      listed.map(({ name }) => name),
      ['vm'],
    );
  });
});
