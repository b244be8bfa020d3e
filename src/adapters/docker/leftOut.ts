/**
 * Takes the place of packages in the bundle that are loaded but never used: gRPC, which dockerode has for BuildKit sessions with
 * registry credentials, and its way to pack a build context (builds here go through the docker CLI); of ssh2 the server, the making of
 * keys, the agents for HTTP, and the CPU detection, which is native code and optional; of docker-modem its ways to send requests.
 */
export const leftOut = true;
