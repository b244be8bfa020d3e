# The real gateway, laid out as in its public image: final stage as root, then node; tini; the health check of the package.
FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --chown=node:node app /app
RUN ln -s /app/openclaw.mjs /usr/local/bin/openclaw \
  && install -d -m 0700 -o node -g node /home/node/.openclaw /home/node/.openclaw/workspace /home/node/.config/openclaw
USER node
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["node", "dist/docker-healthcheck.js"]
ENTRYPOINT ["tini", "-s", "--"]
CMD ["node", "openclaw.mjs", "gateway"]
