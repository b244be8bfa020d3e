/**
 * Takes the place of packages in the bundle that are loaded but never used: gRPC, which dockerode has for BuildKit sessions with
 * registry credentials (builds here go through the docker CLI), and the CPU detection of ssh2, which is native code and optional.
 */
export const leftOut = true;
