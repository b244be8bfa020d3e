/** The fixture's `dist/docker-healthcheck.js`: exit 0 while /healthz answers with success, as the real one. */
const port = process.env.OPENCLAW_GATEWAY_PORT ?? 18789;
const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
process.exitCode = response?.ok ? 0 : 1;
