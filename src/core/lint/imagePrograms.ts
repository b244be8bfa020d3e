import { commandOf } from '../dockerfile/commandOf.ts';
import { parseShell } from '../shell/parseShell.ts';
import type { ProjectImage } from '../workspace/ProjectModel.ts';
import { type Base, isNodeImage, isOfficialGateway } from './baseOf.ts';
import { installCommands } from './installCommands.ts';
import { reachedStages } from './stageFlow.ts';

/**
 * Whether a base image has a program: `true` and `false` only for well-known images, `undefined` where nobody can tell without
 * pulling it. Of an official image some variants have more, so what only some have is `undefined` too.
 */
export function baseHas(base: Base | undefined, program: string): boolean | undefined {
  if (base === undefined) return undefined;
  // busybox stands in for the rest.
  if (program === 'bash' && isAlpine(base)) return false;
  if (everywhere.has(program)) return true;
  if (isOfficialGateway(base.repository)) {
    if (inGateway.has(program)) return true;
    return inFullDebian.has(program) || /^(?:chrom|firefox|playwright|docker)/.test(program) ? undefined : false;
  }
  const short = base.repository.slice(base.repository.lastIndexOf('/') + 1);
  const isOfficial = /^(?:(?:(?:index\.)?docker\.io\/)?(?:library\/)?)[a-z-]+$/.test(base.repository);
  if (isNodeImage(base.repository)) {
    if (inNode.has(program)) return true;
    return variantHas(base.tag, program);
  }
  if (isOfficial && /^(?:python|ruby)$/.test(short))
    return /^(?:python|pip|ruby|gem|bundle|irb|rake|idle|pydoc|node)/.test(program)
      ? undefined
      : variantHas(base.tag, program);
  if (isOfficial && /^(?:debian|ubuntu)$/.test(short))
    return /^(?:curl|wget|git|python3|node|npm)$/.test(program) || !inFullDebian.has(program) ? false : undefined;
  if (isOfficial && short === 'alpine') return variantHas('alpine', program);
  return undefined;
}

/** Images whose tag says so, and Alpine's own; of others' images nobody knows what they add. */
function isAlpine({ repository, tag }: Base): boolean {
  return repository === 'alpine' || (isNodeImage(repository) && /alpine/.test(tag));
}

function variantHas(tag: string, program: string): boolean | undefined {
  if (/alpine/.test(tag)) {
    if (/^(?:wget|unzip|bzip2|tar|gzip|nc|vi|less)$/.test(program)) return true;
    return /^(?:curl|git|bash|python3|make|gcc|g\+\+|jq|openssl)$/.test(program) || !inFullDebian.has(program)
      ? false
      : undefined;
  }
  if (/slim/.test(tag))
    return /^(?:curl|wget|git|python3|make|gcc|g\+\+|openssl|unzip|xz|ssh)$/.test(program) || !inFullDebian.has(program)
      ? false
      : undefined;
  return inFullDebian.has(program);
}

/** Programs that a Debian, and mostly an Alpine, has from the start. */
const everywhere = new Set(
  'sh bash cat cp mv rm ln ls mkdir rmdir touch echo printf test true false env date sleep head tail cut sort uniq wc tr tee xargs find grep egrep sed awk tar gzip gunzip chmod chown id whoami hostname uname dirname basename realpath readlink mktemp stat du df dd md5sum sha256sum base64 seq expr kill nproc timeout yes nice su passwd mount umount which diff'.split(
    ' ',
  ),
);
/** openclaw Dockerfile, final stage: what it installs, and what its Node base has. */
const inGateway = new Set(
  'openclaw clawdbot moltbot curl git git-lfs lsof openssl ps pgrep pkill top free python3 tini node npm npx corepack pnpm yarn ca-certificates'.split(
    ' ',
  ),
);
const inNode = new Set('node npm npx yarn yarnpkg corepack nodejs'.split(' '));
/** What buildpack-deps, below the images without "slim", brings along (docker-library/buildpack-deps). */
const inFullDebian = new Set(
  'curl wget git hg svn bzr python3 python perl make gcc g++ cc ld ar patch unzip zip xz bzip2 file openssl ssh scp sftp ssh-keygen gpg dirmngr ps pgrep pkill top free convert magick identify mogrify mysql_config pg_config autoconf automake pkg-config m4 less nc netcat xxd vi vim dpkg apt apt-get sqlite3'.split(
    ' ',
  ),
);

/** Names of Debian packages whose programs have other names. */
export const packagePrograms: Readonly<Record<string, readonly string[]>> = {
  ripgrep: ['rg'],
  'poppler-utils': ['pdftotext', 'pdftoppm', 'pdfinfo', 'pdfimages'],
  imagemagick: ['convert', 'magick', 'identify', 'mogrify'],
  'python3-pip': ['pip', 'pip3'],
  ffmpeg: ['ffmpeg', 'ffprobe', 'ffplay'],
  golang: ['go', 'gofmt'],
  'golang-go': ['go', 'gofmt'],
  'openssh-client': ['ssh', 'scp', 'sftp', 'ssh-keygen'],
  procps: ['ps', 'pgrep', 'pkill', 'top', 'free'],
  dnsutils: ['dig', 'nslookup', 'host'],
  'netcat-openbsd': ['nc', 'netcat'],
  nodejs: ['node', 'npm', 'npx'],
  gnupg: ['gpg'],
  'xz-utils': ['xz'],
  supervisor: ['supervisord', 'supervisorctl'],
  pm2: ['pm2', 'pm2-runtime'],
  'postgresql-client': ['psql', 'pg_isready', 'pg_dump', 'pg_restore'],
  'redis-tools': ['redis-cli'],
};

/** Package names whose programs are known: their own names, and those in the table. */
const plainPackages = new Set([
  ...Object.keys(packagePrograms),
  ...'curl wget git ca-certificates jq tini gosu dumb-init bash socat tmux unzip zip gh rsync vim nano less htop file sudo make gcc g++ build-essential cron supervisor nginx openssl locales tzdata chromium python3 python3-venv apt-transport-https lsb-release software-properties-common fonts-liberation libnss3 git-lfs bzip2 xz-utils lsof sqlite3 tree screen strace dos2unix ssh openssh-server libatomic1 hostname'.split(
    ' ',
  ),
]);

/**
 * All that the build of an image does can be followed by the name of what it installs: only system packages whose programs are
 * known and the gateway itself. Then a program that is named nowhere is not there.
 */
export function installsOnlyKnown(image: ProjectImage): boolean {
  for (const stage of reachedStages(image.dockerfile, image.stage)) {
    for (const instruction of stage.instructions) {
      if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
        if (/\/s?bin(?:\/|\s|"|$)|https?:/.test(instruction.body.text)) return false;
        continue;
      }
      if (instruction.keyword !== 'RUN') continue;
      const command = commandOf(instruction);
      if (command?.form !== 'shell') return false;
      const script = parseShell(command.text);
      for (const install of installCommands(script.commands)) {
        const names = install.names.filter((name) => !name.startsWith('-'));
        if (
          install.kind === 'npm' &&
          names.every((name) => /^(?:openclaw|clawdbot|moltbot|pnpm|npm|yarn)(?:@.*)?$/.test(name))
        )
          continue;
        if (install.kind !== 'apt' && install.kind !== 'apk') return false;
        if (!names.every((name) => plainPackages.has(name.replace(/=.*$/, '')))) return false;
      }
      if (
        script.commands.some(({ words }) =>
          /(?:^|\/)(?:curl|wget|make|git|go|cargo|brew|bun|deno|playwright)$/.test(words[0]?.value ?? ''),
        )
      )
        return false;
    }
  }
  return true;
}
