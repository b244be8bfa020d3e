/**
 * What the tests need from the operating system, besides Node and npm.
 * `probe` names executables of which one must be on the PATH (or in an sbin folder); `stages` are the stages of
 * test/run.mjs that need it. On Debian as root, `npm test` installs the package; elsewhere it names it and stops.
 *
 * @type {readonly { package: string; probe: string | readonly string[]; why: string; stages: readonly string[] }[]}
 */
export const hostSystemPackages = [];

export const systemPackages = [
  {
    package: 'chromium',
    probe: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
    why: 'the browser suites click through VS Code in it',
    stages: ['editor', 'ui'],
  },
  {
    package: 'git',
    probe: 'git',
    why: 'Biome reads .gitignore through it and "Update" pulls with it',
    stages: ['integration', 'ui'],
  },
  ...hostSystemPackages,
];
