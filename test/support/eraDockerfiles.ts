/**
 * The gateway's own Dockerfile as it was in each era, in our words and cut short: the order of stages, users and package blocks is what
 * counts. `install` stands where people put it, in the final stage with root rights; `{install}` shows the place.
 */
export const eraShapes: Readonly<Record<string, string>> = {
  'January 2026, a single stage': `FROM node:22-bookworm
RUN corepack enable
WORKDIR /app
{install}
COPY package.json pnpm-lock.yaml ./
RUN pnpm install --frozen-lockfile
COPY . .
RUN pnpm build
ENV NODE_ENV=production
USER node
CMD ["node", "dist/index.js"]
`,
  'the example of the documentation': `FROM node:24-bookworm
RUN apt-get update && apt-get install -y socat && rm -rf /var/lib/apt/lists/*
# Skills
{install}
WORKDIR /app
COPY . .
CMD ["node", "dist/index.js"]
`,
  'April 2026, stages and variants': `# syntax=docker/dockerfile:1.7
ARG OPENCLAW_VARIANT=default
FROM node:24-bookworm AS build
WORKDIR /app
COPY . .
RUN pnpm build

FROM build AS runtime-assets
RUN pnpm prune --prod

FROM node:24-bookworm AS base-default
FROM node:24-bookworm-slim AS base-slim

FROM base-\${OPENCLAW_VARIANT}
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends curl git procps && rm -rf /var/lib/apt/lists/*
{install}
COPY --from=runtime-assets --chown=node:node /app/dist ./dist
USER node
HEALTHCHECK CMD node -e "fetch('http://127.0.0.1:18789/healthz')"
CMD ["node", "openclaw.mjs", "gateway"]
`,
  'August 2026 on, an unnamed final stage': `FROM node:24-bookworm AS workspace-deps
WORKDIR /app
COPY package.json ./

FROM workspace-deps AS build
RUN pnpm build

FROM node:24-bookworm-slim AS base-runtime
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl git tini && rm -rf /var/lib/apt/lists/*

FROM base-runtime
ARG OPENCLAW_IMAGE_APT_PACKAGES=""
RUN if [ -n "$OPENCLAW_IMAGE_APT_PACKAGES" ]; then apt-get update && apt-get install -y $OPENCLAW_IMAGE_APT_PACKAGES; fi
USER root
{install}
RUN ln -sf /app/openclaw.mjs /usr/local/bin/openclaw
USER node
ENTRYPOINT ["tini", "-s", "--"]
CMD ["node", "openclaw.mjs", "gateway"]
`,
  'an image on top of the official one': `FROM ghcr.io/openclaw/openclaw:2026.9.6
USER root
{install}
USER node
`,
};

/** Each era's shape with an instruction in its place. */
export function eraDockerfiles(install: string): readonly (readonly [era: string, dockerfile: string])[] {
  return Object.entries(eraShapes).map(([era, shape]) => [era, shape.replace('{install}', () => install)]);
}
