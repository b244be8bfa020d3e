/** Whether the checks read a file, judged by its path alone. */
export function isProjectFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return isDockerfilePath(path) || isComposePath(path) || otherNames.test(name) || otherFolders.test(path);
}

/** `Dockerfile`, `Dockerfile.prod`, `api.Dockerfile`, `Containerfile`, … */
export function isDockerfilePath(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return dockerfileName.test(name) && !notDockerfile.test(name);
}

/** `compose.yaml`, `docker-compose.override.yml`, `gateway.compose.yml`, `docker-stack.yml`, … */
export function isComposePath(path: string): boolean {
  return composeName.test(path.slice(path.lastIndexOf('/') + 1));
}

/** `.env` and its variants. */
export function isEnvPath(path: string): boolean {
  return envName.test(path.slice(path.lastIndexOf('/') + 1));
}

/** `SKILL.md`, in any case. */
export function isSkillPath(path: string): boolean {
  return /(?:^|\/)SKILL\.md$/i.test(path);
}

/** In the root of the workspace or the repository: people's own binaries, beside the Dockerfile and in the same history. */
export const binariesFileName = 'openclaw-vm.binaries.json';

export function isBinariesPath(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1) === binariesFileName;
}

const dockerfileName = /^(?:(?:dockerfile|containerfile)(?:[._-].*)?|.+\.(?:dockerfile|containerfile))$/i;
const notDockerfile = /(?:\.dockerignore|\.(?:md|txt|sh|js|ts|py|json|ya?ml|orig|bak|swp|html?|png))$/i;
/** Also the names that templates for web projects use (https://cookiecutter-django.readthedocs.io): what has no services is no harm. */
const composeName =
  /^(?:(?:.*[._-])?(?:docker-?|podman-)?compose(?:[._-].*)?|(?:docker-)?stack(?:[._-].*)?|local|staging|production)\.ya?ml$/i;
const envName = /^(?:\.env(?:\..*)?|[^/]*\.env)$/i;
const otherNames =
  /^(?:\.env(?:\..*)?|.*\.env|.*\.(?:sh|bash)|(?:docker-)?entrypoint|skill\.md|package\.json|supervisord?\.conf|.*supervisor.*\.(?:conf|ini)|procfile|makefile|justfile|.*\.dockerignore|fly\.(?:[\w-]+\.)?toml|railway\.(?:json|toml)|render\.ya?ml|taskfile\.ya?ml|openclaw\.json|openclaw-vm\.binaries\.json)$/i;
const otherFolders =
  /\/(?:s6-rc\.d\/[^/]+\/(?:run|up|finish)|(?:services\.d|s6)\/[^/]+\/run|(?:cont-init\.d|my_init\.d|docker-entrypoint\.d)\/[^/]+|[\w-]+\.d\/[^/.]+|supervisor(?:\/conf\.d|\.d)\/[^/]+|\.vscode\/tasks\.json|scripts?\/[\w-]+)$/i;
