import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseJump, resolveSshRoute, type SshRoute } from '../../../../src/core/vm/resolveSshRoute.ts';
import type { LocalMachine } from '../../../../src/core/vm/sshTokens.ts';

function route(host: string, text: string, own: { port?: number; user?: string } = {}, system = ''): SshRoute {
  const files = [text, system].map((config) => ({ text: config, includes: new Map<string, string[]>() }));
  return resolveSshRoute({ host, ...own }, { files, localUser: 'me' });
}

describe('resolveSshRoute', () => {
  it("takes ssh's defaults where nothing is said", () =>
    assert.deepEqual(route('vm', ''), {
      alias: 'vm',
      host: 'vm',
      port: 22,
      user: 'me',
      identityFiles: [],
      certificateFiles: [],
      identitiesOnly: false,
      proxyJump: [],
      hashKnownHosts: false,
      strictHostKeyChecking: 'ask',
      algorithms: {},
      login: { methods: ['publickey', 'keyboard-interactive', 'password'], maxPrompts: 3, isSilent: false },
      notJudged: [],
    }));
  it('lets the request win over the config', () => {
    const found = route('vm', 'Host vm\n  User config\n  Port 7\n', { user: 'own', port: 8 });
    assert.deepEqual([found.user, found.port], ['own', 8]);
  });
  it('applies patterns to hosts that no entry names', () =>
    assert.equal(route('10.0.0.9', 'Host 10.0.*\n  IdentityFile ~/.ssh/lab\n').identityFiles[0], '~/.ssh/lab'));
  it("adds up identity files, in order, each once, from the person's file and the system's", () =>
    assert.deepEqual(
      route('a', 'Host a\n  IdentityFile x\n  IdentityFile y\nHost *\n  IdentityFile x\n', {}, 'IdentityFile z\n')
        .identityFiles,
      ['x', 'y', 'z'],
    ));
  it('reads the lines again for "Match final", with the name that the first reading has found', () => {
    const text =
      'Host a\n  HostName real.example.com\nMatch final host *.example.com\n  User late\nHost real.*\n  Port 7\n';
    const found = route('a', text);
    assert.deepEqual([found.host, found.user, found.port], ['real.example.com', 'late', 7]);
    assert.equal(route('a', text.replace('final', 'canonical')).user, 'me');
  });
  it('judges negated criteria, and each of several of one name', () => {
    assert.equal(route('a', 'Match !host b,c originalhost a*\n  Port 7\n').port, 7);
    assert.equal(route('b', 'Match !host b,c\n  Port 7\n').port, 22);
    assert.equal(route('a', 'Match host a* host b*\n  Port 7\n').port, 22);
    assert.equal(route('a', 'Match !final\n  Port 7\n').port, 7);
  });
  it('lets a proxy command stand behind "ProxyJump none"', () =>
    assert.equal(route('a', 'ProxyJump none\nProxyCommand nc %h\nProxyJump b\n').proxyCommand, 'nc a'));
  it('adds up certificate files, with their tokens replaced, and knows "none"', () =>
    assert.deepEqual(
      route('a', 'Host a\n  CertificateFile ~/%r-cert.pub\n  CertificateFile none\nHost *\n  CertificateFile x\n')
        .certificateFiles,
      ['~/me-cert.pub', 'x'],
    ));
  it('reads the jump hosts, nearest first', () =>
    assert.deepEqual(route('a', 'Host a\n  ProxyJump one,root@two:2200\n').proxyJump, ['one', 'root@two:2200']));
  it('knows "none" for a jump host', () =>
    assert.deepEqual(route('a', 'Host a\n  ProxyJump none\nHost *\n  ProxyJump b\n').proxyJump, []));
  it('lets a proxy command win that comes before the jump host', () => {
    const found = route('a', 'Host a\n  ProxyCommand nc %h %p %r %n %%\nHost *\n  ProxyJump b\n  User u\n');
    assert.equal(found.proxyCommand, 'nc a 22 u a %');
    assert.deepEqual(found.proxyJump, []);
  });
  it('keeps the quotes of a proxy command for the shell', () =>
    assert.equal(
      route('a', 'Host a\n  ProxyCommand sh -c "nc %h %p; exit 3" x\n').proxyCommand,
      'sh -c "nc a 22; exit 3" x',
    ));
  it('lets a jump host win that comes first', () => {
    const found = route('a', 'Host a\n  ProxyJump b\nHost *\n  ProxyCommand nc %h %p\n');
    assert.equal(found.proxyCommand, undefined);
    assert.deepEqual(found.proxyJump, ['b']);
  });
  it('reads what gcloud writes', () => {
    const found = route(
      'claw.europe-west3-a.my-project',
      [
        'Host claw.*',
        '    HostName 34.1.2.3',
        '    IdentityFile /home/me/.ssh/google_compute_engine',
        '    UserKnownHostsFile=/home/me/.ssh/google_compute_known_hosts',
        '    HostKeyAlias=compute.4711',
        '    IdentitiesOnly=yes',
        '    CheckHostIP=no',
        '    StrictHostKeyChecking no',
      ].join('\n'),
    );
    assert.equal(found.host, '34.1.2.3');
    assert.equal(found.hostKeyAlias, 'compute.4711');
    assert.deepEqual(found.userKnownHostsFiles, ['/home/me/.ssh/google_compute_known_hosts']);
    assert.equal(found.identitiesOnly, true);
    assert.equal(found.strictHostKeyChecking, 'accept-new');
  });
  for (const [text, meaning] of [
    ['yes', 'yes'],
    ['ask', 'ask'],
    ['accept-new', 'accept-new'],
    ['off', 'accept-new'],
  ] as const) {
    it(`reads StrictHostKeyChecking ${text}`, () =>
      assert.equal(route('a', `StrictHostKeyChecking ${text}\n`).strictHostKeyChecking, meaning));
  }
  it('reads times', () => {
    const found = route('a', 'ServerAliveInterval 1m30s\nServerAliveCountMax 4\nConnectTimeout 7\n');
    assert.deepEqual([found.serverAliveIntervalMs, found.serverAliveCount, found.connectTimeoutMs], [90_000, 4, 7000]);
  });
  it('leaves out a time that is none', () =>
    assert.equal(route('a', 'ServerAliveInterval often\n').serverAliveIntervalMs, undefined));
  it('applies Match localuser and originalhost', () =>
    assert.equal(route('a', 'Match originalhost a localuser me\n  Port 2200\n').port, 2200));
  it('names a criterion that it cannot judge, and leaves its section out', () => {
    const found = route('a', 'Match version OpenSSH_10*\n  Port 2200\n');
    assert.equal(found.port, 22);
    assert.deepEqual(found.notJudged, ['Match version']);
  });
  it('names the directives that count for ssh and not here', () =>
    assert.deepEqual(route('a', 'SetEnv A=B\nForwardAgent no\nPKCS11Provider none\nUpdateHostKeys ask\n').notJudged, [
      'SetEnv',
      'UpdateHostKeys',
    ]));
  it('reads how to dial', () => {
    const found = route('a', 'AddressFamily inet6\nBindAddress ::1\nConnectionAttempts 3\n');
    assert.deepEqual([found.addressFamily, found.bindAddress, found.connectionAttempts], [6, '::1', 3]);
    assert.equal(route('a', 'AddressFamily any\n').addressFamily, undefined);
  });
  for (const [text, methods] of [
    ['PreferredAuthentications password,gssapi-with-mic,publickey', ['password', 'publickey']],
    ['PasswordAuthentication no\nChallengeResponseAuthentication no', ['publickey']],
    ['PubkeyAuthentication unbound', ['publickey', 'keyboard-interactive', 'password']],
    ['PubkeyAuthentication no', ['keyboard-interactive', 'password']],
  ] as const) {
    it(`reads ${text.replace('\n', ' and ')}`, () => assert.deepEqual(route('a', text).login.methods, methods));
  }
  it('reads how often to ask, and whether at all', () => {
    const { maxPrompts, isSilent } = route('a', 'NumberOfPasswordPrompts 1\nBatchMode yes\n').login;
    assert.deepEqual([maxPrompts, isSilent], [1, true]);
  });
  it('keeps what is said about algorithms, under the names of today', () =>
    assert.deepEqual(
      route('a', 'Ciphers ^aes256-*\nHostKeyAlgorithms=+ssh-rsa\nPubkeyAcceptedKeyTypes -ssh-rsa\n').algorithms,
      { HostKeyAlgorithms: '+ssh-rsa', Ciphers: '^aes256-*', PubkeyAcceptedAlgorithms: '-ssh-rsa' },
    ));
  it('keeps a quoted path whole', () =>
    assert.deepEqual(route('a', 'RevokedHostKeys "my list"\n').revokedKeyFiles, ['my list']));
  it('applies Match tagged by the Tag that was found before', () => {
    const text = 'Match tagged lab\n  Port 1\nHost a\n  Tag lab\nMatch tagged l*,!x\n  Port 2\n';
    assert.equal(route('a', text).port, 2);
    assert.equal(route('b', text).port, 22);
  });
  it('replaces tokens in the paths of keys and known hosts', () => {
    const found = route(
      'a',
      'HostName 10.0.0.1\nIdentityFile %d/.ssh/%r@%h\nUserKnownHostsFile ~/.ssh/known_%n other\n',
    );
    assert.deepEqual(found.identityFiles, ['~/.ssh/me@10.0.0.1']);
    assert.deepEqual(found.userKnownHostsFiles, ['~/.ssh/known_a', 'other']);
  });
});

describe('Match exec', () => {
  const here: LocalMachine = {
    hostName: 'desk.example.com',
    homeFolder: '/home/me',
    userId: '1000',
    environment: { KEYS: '/keys' },
    sha1Hex: (text) => `<${text}>`,
    isInNetwork: (networks) => networks.includes('10.0.0.0/8'),
  };
  const judged = (text: string, results: readonly (readonly [string, boolean])[] = []): SshRoute =>
    resolveSshRoute(
      { host: 'a' },
      { files: [{ text, includes: new Map() }], localUser: 'me', here, commandResults: new Map(results) },
    );

  it('asks for its command and leaves its section out until that has ended', () => {
    const text = 'Match exec "on-vpn %n"\n  Port 1\nHost a\n  Port 2\n';
    assert.equal(judged(text).awaitedCommand, 'on-vpn a');
    assert.equal(judged(text).port, 2);
    assert.equal(judged(text, [['on-vpn a', true]]).port, 1);
    assert.equal(judged(text, [['on-vpn a', false]]).port, 2);
    assert.equal(judged(text, [['on-vpn a', true]]).awaitedCommand, undefined);
  });
  it('leaves out a negated one as well until its command has ended', () => {
    const text = 'Match !exec "on-vpn"\n  Port 1\n';
    assert.equal(judged(text).port, 22);
    assert.equal(judged(text, [['on-vpn', false]]).port, 1);
  });
  it('is not asked where a criterion before it does not hold', () =>
    assert.equal(judged('Match host b exec "x"\nMatch user me !originalhost a exec y\n').awaitedCommand, undefined));
  it('knows the tokens of ssh_config(5)', () =>
    assert.equal(
      judged(
        'HostName h.example.com\nUser root\nPort 7\nHostKeyAlias key\nProxyJump x,me@jump:2\n' +
          'Match exec "%C %d %h %i %j %k %L %l %n %p %r %u %% %z"\n',
      ).awaitedCommand,
      '<desk.example.comh.example.com7rootjump> /home/me h.example.com 1000 jump key desk desk.example.com a 7 root me % %z',
    ));
  it('takes the first words of HostName, User and Port, also where they come behind', () =>
    assert.equal(judged('Match exec "%h %r %p"\nHost a\n  HostName b\n  User c\n').awaitedCommand, 'a me 22'));
  it('splits its line as ssh does', () => {
    assert.equal(judged(`Match exec "test \\"%n\\" = 'a b'"\n`).awaitedCommand, `test "a" = 'a b'`);
    assert.equal(judged(`Match exec 'grep "x y" f' # why\n`).awaitedCommand, 'grep "x y" f');
    assert.equal(judged('match = exec="a = b" host b\n').awaitedCommand, 'a = b');
    assert.equal(judged('Match originalhost=a exec true\n').awaitedCommand, 'true');
  });
  it('stands beside Match localnetwork, which looks at the addresses of this machine', () => {
    assert.equal(judged('Match localnetwork 10.0.0.0/8\n  Port 1\n').port, 1);
    assert.equal(judged('Match !localnetwork 10.0.0.0/8\n  Port 1\n').port, 22);
  });
  it('leaves the variables and tokens of paths to this machine too', () =>
    assert.deepEqual(judged(`IdentityFile \${KEYS}/%n\nIdentityFile %d/\${UNSET}\n`).identityFiles, [
      '/keys/a',
      `/home/me/\${UNSET}`,
    ]));
});

describe('CanonicalizeHostname', () => {
  const config =
    'CanonicalizeHostname yes\nCanonicalDomains a.example b.example\nMatch canonical host *.b.example\n  User late\n';
  const judged = (host: string, names: readonly (readonly [string, boolean])[], text = config): SshRoute =>
    resolveSshRoute(
      { host },
      { files: [{ text, includes: new Map() }], localUser: 'me', resolvedNames: new Map(names) },
    );
  const missing = [
    ['vm.a.example.', false],
    ['vm.b.example.', false],
  ] as const;

  it('asks for one whole name after the other, and takes the first that has an address', () => {
    assert.equal(judged('vm', []).awaitedName, 'vm.a.example.');
    assert.equal(judged('vm', [['vm.a.example.', false]]).awaitedName, 'vm.b.example.');
    const { host, user, awaitedName } = judged('vm', [
      ['vm.a.example.', false],
      ['vm.b.example.', true],
    ]);
    assert.deepEqual([host, user, awaitedName], ['vm.b.example', 'late', undefined]);
  });
  it('takes the short name where none has, unless it may not', () => {
    assert.equal(judged('vm', missing).host, 'vm');
    assert.equal(judged('vm', missing).hasNoWholeName, undefined);
    assert.equal(judged('vm', missing, `${config}\nHost *\nCanonicalizeFallbackLocal no\n`).hasNoWholeName, true);
  });
  for (const host of ['10.0.0.1', '::1', 'vm.x.example'])
    it(`leaves ${host} as it is`, () => assert.equal(judged(host, []).awaitedName, undefined));
  it('leaves names to a jump host, unless always', () => {
    assert.equal(judged('vm', [], `ProxyJump j\n${config}`).awaitedName, undefined);
    assert.equal(judged('vm', [], `ProxyJump j\n${config.replace('yes', 'always')}`).awaitedName, 'vm.a.example.');
  });
});

describe('parseJump', () => {
  for (const [text, expected] of [
    ['bastion', { host: 'bastion' }],
    ['root@bastion', { host: 'bastion', user: 'root' }],
    ['bastion:2222', { host: 'bastion', port: 2222 }],
    ['ssh://root@bastion:2222', { host: 'bastion', port: 2222, user: 'root' }],
    ['root@[::1]:2222', { host: '::1', port: 2222, user: 'root' }],
    ['fe80::1', { host: 'fe80::1' }],
    ['a b', undefined],
  ] as const) {
    it(`reads ${text}`, () => assert.deepEqual(parseJump(text), expected));
  }
});
