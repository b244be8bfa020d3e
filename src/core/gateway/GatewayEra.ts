/**
 * Which generation of the gateway a container runs; decides its state folder, its ready line and what must be mounted.
 * `clawdbot` and `moltbot`: January 2026. `openclaw`: the generation of the Docker VM runtime page of May 2026.
 * `openclawSecretKey`: from 2026.5.12 on, where the key that encrypts model credentials has a folder of its own.
 */
export type GatewayEra = 'clawdbot' | 'moltbot' | 'openclaw' | 'openclawSecretKey';
