/** The shape that the upstream Dockerfile, or the documentation's, had at a time: written from what is known of its order. */
export interface BuildableEra {
  readonly file: string;
  /** What stands around the stanzas of gog, goplaces and wacli, which are `[gog]` and so on here. */
  readonly baked: string;
}

const stanzas = '[gog]\n\n[goplaces]\n\n[wacli]';

/**
 * They build with the files of the fixture gateway and the images that hosts have: what an era fetches from elsewhere is left out, and
 * its own build is a small one.
 */
export const buildableEras: Readonly<Record<string, BuildableEra>> = {
  'January 2026, one stage': {
    file: `FROM node:22-bookworm

# The build's own tools
RUN mkdir -p /root/.bun/bin
ENV PATH="/root/.bun/bin:\${PATH}"

WORKDIR /app

ARG CLAWDBOT_DOCKER_APT_PACKAGES=""
RUN if [ -n "$CLAWDBOT_DOCKER_APT_PACKAGES" ]; then \\
      apt-get update && \\
      apt-get install -y --no-install-recommends $CLAWDBOT_DOCKER_APT_PACKAGES && \\
      rm -rf /var/lib/apt/lists/*; \\
    fi

COPY package.json ./
RUN mkdir -p dist
COPY . .
RUN printf 'import "../fixtureGateway.mjs";\\n' >dist/index.js

ENV NODE_ENV=production
# Not as root
USER node
CMD ["node", "dist/index.js"]
`,
    baked: `    fi\n\n${stanzas}\n\nCOPY package.json ./`,
  },
  'March 2026, the example of the documentation with installs of its own': {
    file: `FROM node:24-bookworm

RUN apt-get update && apt-get install -y socat && rm -rf /var/lib/apt/lists/*

# Example binary 1: Gmail CLI
RUN curl -L https://github.com/steipete/gog/releases/latest/download/gog_Linux_x86_64.tar.gz \\
  | tar -xz -C /usr/local/bin && chmod +x /usr/local/bin/gog

# Example binary 2: Google Places CLI
RUN curl -L https://github.com/steipete/goplaces/releases/latest/download/goplaces_Linux_x86_64.tar.gz \\
  | tar -xz -C /usr/local/bin && chmod +x /usr/local/bin/goplaces

# Example binary 3: WhatsApp CLI
RUN curl -L https://github.com/steipete/wacli/releases/latest/download/wacli_Linux_x86_64.tar.gz \\
  | tar -xz -C /usr/local/bin && chmod +x /usr/local/bin/wacli

WORKDIR /app
COPY package.json ./
COPY . .
RUN mkdir -p dist && printf 'import "../fixtureGateway.mjs";\\n' >dist/index.js
ENV NODE_ENV=production
CMD ["node","dist/index.js"]
`,
    baked: `# Example binary 1: Gmail CLI\n[gog]\n\n# Example binary 2: Google Places CLI\n[goplaces]\n\n# Example binary 3: WhatsApp CLI\n[wacli]\n\nWORKDIR /app`,
  },
  'April 2026, stages by variant': {
    file: `ARG OPENCLAW_VARIANT=default
ARG OPENCLAW_NODE_IMAGE=node:24-bookworm
ARG OPENCLAW_NODE_SLIM_IMAGE=node:24-bookworm-slim

FROM \${OPENCLAW_NODE_IMAGE} AS ext-deps
COPY package.json /deps/

FROM \${OPENCLAW_NODE_IMAGE} AS build
RUN apt-get update && apt-get install -y socat
WORKDIR /app
COPY --from=ext-deps /deps/ ./
COPY . .
RUN mkdir -p dist && printf 'import "../fixtureGateway.mjs";\\n' >dist/index.js
USER node

FROM build AS runtime-assets
RUN printf 'import "./fixtureGateway.mjs";\\n' >/tmp/openclaw.mjs

FROM \${OPENCLAW_NODE_IMAGE} AS base-default
FROM \${OPENCLAW_NODE_SLIM_IMAGE} AS base-slim

FROM base-\${OPENCLAW_VARIANT}
WORKDIR /app
COPY --from=build --chown=node:node /app ./
COPY --from=runtime-assets --chown=node:node /tmp/openclaw.mjs ./
ARG OPENCLAW_DOCKER_APT_PACKAGES=""
RUN if [ -n "$OPENCLAW_DOCKER_APT_PACKAGES" ]; then \\
      apt-get update && apt-get install -y --no-install-recommends $OPENCLAW_DOCKER_APT_PACKAGES && rm -rf /var/lib/apt/lists/*; \\
    fi
# The command line
RUN ln -sf /app/openclaw.mjs /usr/local/bin/openclaw
ENV NODE_ENV=production
USER node
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \\
  CMD node -e "fetch('http://127.0.0.1:18789/healthz').then((r)=>process.exit(r.ok?0:1)).catch(()=>process.exit(1))"
CMD ["node", "openclaw.mjs", "gateway", "--allow-unconfigured"]
`,
    baked: `    fi\n\n${stanzas}\n\n# The command line\nRUN ln -sf`,
  },
  'May 2026, the example of the documentation, as root to the end': {
    file: `FROM node:24-bookworm

RUN apt-get update && apt-get install -y socat && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY package.json ./
COPY . .
RUN mkdir -p dist && printf 'import "../fixtureGateway.mjs";\\n' >dist/index.js
ENV NODE_ENV=production
CMD ["node","dist/index.js"]
`,
    baked: `rm -rf /var/lib/apt/lists/*\n\n${stanzas}\n\nWORKDIR /app`,
  },
  'August 2026 on, an unnamed final stage in which users alternate': {
    file: `# Where the images come from
ARG OPENCLAW_NODE_IMAGE="node:24-bookworm"
ARG OPENCLAW_NODE_SLIM_IMAGE="node:24-bookworm-slim"

FROM \${OPENCLAW_NODE_IMAGE} AS workspace-deps
COPY package.json /deps/

FROM \${OPENCLAW_NODE_IMAGE} AS build
WORKDIR /app
COPY . .
RUN mkdir -p dist && printf 'import "../fixtureHealthcheck.mjs";\\n' >dist/docker-healthcheck.js

FROM build AS runtime-assets
RUN printf 'import "./fixtureGateway.mjs";\\n' >openclaw.mjs

FROM \${OPENCLAW_NODE_SLIM_IMAGE} AS base-runtime
RUN apt-get update && \\
    apt-get install -y --no-install-recommends ca-certificates curl procps tini && \\
    rm -rf /var/lib/apt/lists/*

FROM base-runtime
WORKDIR /app
RUN chown node:node /app
USER node
COPY --from=workspace-deps --chown=node:node /deps/ ./
COPY --from=runtime-assets --chown=node:node /app/ ./
USER root
ENV PATH="/home/node/.local/bin:\${PATH}"
ARG OPENCLAW_DOCKER_APT_PACKAGES=""
ARG OPENCLAW_IMAGE_APT_PACKAGES=""
RUN packages="\${OPENCLAW_IMAGE_APT_PACKAGES:-$OPENCLAW_DOCKER_APT_PACKAGES}"; \\
    if [ -n "$packages" ]; then \\
      apt-get update && apt-get install -y --no-install-recommends $packages && rm -rf /var/lib/apt/lists/*; \\
    fi
ARG OPENCLAW_INSTALL_BROWSER=""
RUN if [ -n "$OPENCLAW_INSTALL_BROWSER" ]; then \\
      apt-get update && apt-get install -y --no-install-recommends xvfb && rm -rf /var/lib/apt/lists/*; \\
    fi
# The command line
RUN ln -sf /app/openclaw.mjs /usr/local/bin/openclaw && chmod 755 /app/openclaw.mjs
RUN install -d -m 0700 -o node -g node /home/node/.openclaw /home/node/.config
ENV NODE_ENV=production
USER node
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["node", "dist/docker-healthcheck.js"]
ENTRYPOINT ["tini", "-s", "--"]
CMD ["node", "openclaw.mjs", "gateway"]
`,
    baked: `    fi\n\n${stanzas}\n\n# The command line\nRUN ln -sf`,
  },
};

/** The file with each stanza shortened to `[gog]`, so that a test shows its place only. */
export function outlineOf(text: string): string {
  return text.replace(/# openclaw-vm: (\S+) \S+\n(?:#.*\n)?(?:ARG TARGETARCH\n)?RUN set -eu;(?:.*\\\n)+.*/g, '[$1]');
}
