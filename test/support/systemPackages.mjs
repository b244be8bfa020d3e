/**
 * What the tests need from the operating system, besides Node and npm.
 * `probe` names executables of which one must be on the PATH (or in an sbin folder); `stages` are the stages of
 * test/run.mjs that need it. On Debian as root, `npm test` installs the package; elsewhere it names it and stops.
 *
 * @type {readonly { package: string; probe: string | readonly string[]; why: string; stages: readonly string[] }[]}
 */
export const systemPackages = [
  {
    package: 'chromium',
    probe: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
    why: 'the browser suites click through VS Code in it',
    stages: ['editor', 'ui'],
  },
  ...[
    { package: 'git', probe: 'git', why: '"Update" pulls with it' },
    { package: 'ca-certificates', probe: 'update-ca-certificates', why: 'the test VMs fetch packages over TLS' },
    { package: 'bzip2', probe: 'bzip2', why: 'some releases of the test VMs are packed with it' },
    { package: 'xz-utils', probe: 'xz', why: 'some releases of the test VMs are packed with it' },
    { package: 'debootstrap', probe: 'debootstrap', why: 'it makes the root file system of the test VMs' },
    { package: 'iproute2', probe: 'ip', why: 'it wires the network of the test VMs' },
    { package: 'mount', probe: 'mount', why: 'it mounts the file systems of the test VMs' },
    { package: 'openssh-client', probe: 'ssh-keygen', why: 'it makes the keys of the test VMs' },
    { package: 'openssl', probe: 'openssl', why: 'it makes certificates for the test VMs' },
    { package: 'util-linux', probe: 'unshare', why: 'it gives the test VMs their own namespaces' },
    { package: 'wget', probe: 'wget', why: 'debootstrap downloads with it' },
  ].map((one) => ({ ...one, stages: ['integration', 'ui'] })),
  {
    package: 'qemu-user-static',
    probe: ['qemu-aarch64-static', 'qemu-x86_64-static'],
    why: 'binaries for the other architecture run with it',
    stages: ['integration'],
  },
];
