import type { FailureRule } from './FailureRule.ts';

/** What the docker command, the engine and compose print before or after a build, most specific first. */
export const composeFailures: readonly FailureRule[] = [
  {
    kind: 'noSocketPermission',
    match: /permission denied while trying to connect to the Docker daemon socket/i,
    explain: (_groups, { machine }) => ({
      message: `The user on "${machine.name}" may not use Docker.`,
      remedy: 'Run `sudo usermod -aG docker "$USER"` there, then connect again.',
    }),
  },
  {
    kind: 'engineStopped',
    match:
      /Cannot connect to the Docker daemon|error during connect:|rpc error: code = Unavailable|failed to receive status: .*(?:Unavailable|EOF)|error reading from server: EOF|(?:connection reset by peer|unexpected EOF|context canceled)$/,
    explain: (_groups, { machine }) => ({
      message: `The Docker engine on "${machine.name}" stopped or does not run.`,
      remedy:
        'Start it (`sudo systemctl start docker`), look at `journalctl -u docker` if it stops again, then try again.',
    }),
  },
  {
    kind: 'noDocker',
    match: /(?:docker: command not found|docker: not found|exec: "docker": executable file not found)/,
    explain: (_groups, { machine }) => ({
      message: `Docker is not installed on "${machine.name}".`,
      remedy: 'Install Docker Engine with its compose and buildx plugins there (docs.docker.com/engine/install).',
    }),
  },
  {
    kind: 'noComposePlugin',
    match:
      /docker: 'compose' is not a docker command|unknown (?:shorthand )?flag: (?:'f' in -f|--progress)|unknown command: docker compose/,
    explain: (_groups, { machine }) => ({
      message: `Docker on "${machine.name}" has no compose plugin (version 2).`,
      remedy: 'Install it: `sudo apt-get install docker-compose-plugin`, or the package of the distribution.',
    }),
  },
  {
    kind: 'noBuildx',
    match: /buildx component is missing or broken|compose build requires buildx/,
    explain: (_groups, { machine }) => ({
      message: `Docker on "${machine.name}" has no buildx plugin, which builds the images.`,
      remedy: 'Install it: `sudo apt-get install docker-buildx-plugin`, or the package of the distribution.',
    }),
  },
  {
    kind: 'noComposeFile',
    match: /no configuration file provided: not found|open (\S+\.ya?ml): no such file or directory/,
    explain: (groups, { folder, machine }) => ({
      message: `There is no ${groups[1] ?? 'compose file'} in ${folder} on "${machine.name}".`,
      remedy: 'Choose the folder that holds docker-compose.yml, or put the project there.',
    }),
  },
  {
    kind: 'missingVariable',
    match: /required variable (\S+) is missing a value(?:: (.*))?/,
    explain: (groups, { folder }) => ({
      message: `The compose file needs the variable ${groups[1]}, which is not set.`,
      remedy: `Put ${groups[1]}=… into ${folder}/.env, then try again.`,
    }),
  },
  {
    kind: 'missingEnvFile',
    match: /env file (\S+) not found/,
    explain: (groups, { machine }) => ({
      message: `The compose file names the env file ${groups[1]}, which does not exist on "${machine.name}".`,
      remedy: 'Create it there (from `.env.example` where the project has one), or mark it `required: false`.',
    }),
  },
  {
    kind: 'missingVariable',
    match: /invalid spec: :\S*: empty section between colons/,
    explain: (_groups, { folder, lines }) => ({
      message: `A volume of the compose file has no host folder: ${unsetVariables(lines) ?? 'a variable'} is not set.`,
      remedy: `Set it in ${folder}/.env, then try again.`,
    }),
  },
  {
    kind: 'composeFile',
    match:
      /^(?:yaml: .+|validating \S+: .+|parsing \S+: .+|.+: invalid compose project|error while interpolating .+|\S+ undefined volume .+)$/,
    explain: (groups) => ({
      message: `The compose file is not valid: ${groups[0].replace(/: invalid compose project$/, '')}.`,
      remedy: 'Correct it; `docker compose config -q` in that folder checks it.',
    }),
  },
  {
    kind: 'noSuchService',
    match: /no such service: (\S+)/,
    explain: (groups, { folder }) => ({
      message: `The compose project in ${folder} has no service "${groups[1]}".`,
      remedy: 'Choose another gateway service; `docker compose config --services` lists them.',
    }),
  },
  {
    kind: 'portTaken',
    match:
      /Bind for (\S+?):(\d+) failed: port is already allocated|listen tcp\d? (\S+?):(\d+): bind: address already in use/,
    explain: (groups, { machine, folder }) => ({
      message: `Port ${groups[2] ?? groups[4]} on "${machine.name}" is taken by another ${groups[2] === undefined ? 'program' : 'container'}.`,
      remedy: `Stop it (\`docker ps\` or \`ss -ltnp\` shows it), or choose another port in ${folder}/.env or the compose file, then deploy again.`,
    }),
  },
  {
    kind: 'imageNotAvailable',
    match:
      /pull access denied for (\S+?),|manifest for (\S+) not found|(?:Error response from daemon: )?Get "https?:\/\/([^/"]+)\S*": /,
    explain: (groups, { machine }) => ({
      message:
        groups[3] === undefined
          ? `The image ${groups[1] ?? groups[2]} cannot be pulled on "${machine.name}".`
          : `"${machine.name}" cannot reach the registry ${groups[3]}.`,
      remedy: 'Check the image’s name and tag, and the machine’s access to the registry.',
    }),
  },
  {
    kind: 'commandNotFound',
    match: /unable to start container process: exec: "([^"]+)": (?:executable file not found|stat)/,
    explain: (groups) => ({
      message: `The container cannot start: the image has no ${groups[1]}.`,
      remedy: 'Check `command:` and `entrypoint:` in the compose file against what the Dockerfile installs.',
    }),
  },
  {
    kind: 'noFolder',
    match:
      /(?:can't cd to|cd: |chdir(?: to)? |No such file or directory: )["']?([^"':]+)["']?(?:: No such file or directory)?$/,
    explain: (_groups, { folder, machine }) => ({
      message: `There is no folder ${folder} on "${machine.name}".`,
      remedy: 'Choose the project’s folder on that machine, or upload the project there.',
    }),
  },
];

/** The names that compose warns about, as a list for a sentence. */
function unsetVariables(lines: readonly string[]): string | undefined {
  const names = lines.flatMap((line) => /\\?"(\w+)\\?" variable is not set/.exec(line)?.[1] ?? []);
  return names.length === 0 ? undefined : [...new Set(names)].join(', ');
}
