# Three stages: dist/ is compiled with everything, the production packages are installed alone, the last takes both.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci"]
COPY tsconfig.json ./
COPY src ./src
COPY schema ./schema
RUN ["npm", "run", "build"]

# A stage of its own, so that a change of the source fetches nothing. No production package needs an install script.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci", "--omit=dev", "--ignore-scripts"]

# What changes least comes first. All files belong to root and the process writes none: a read-only root suits it.
FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY schema/operations ./schema/operations
COPY --from=build /app/dist ./dist
USER node
EXPOSE 4000
# slim has no curl. `live` stays green while Paystar or the store is away: a restart would help neither.
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then(reply => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
# No shell and no npm in between: SIGTERM reaches the server, which drains.
STOPSIGNAL SIGTERM
CMD ["node", "dist/main.js"]

ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="paystar-identity-graphql" \
      org.opencontainers.image.description="A GraphQL server that answers whether a mobile number or a bank card belongs to an Iranian national ID, through Paystar's open-banking API." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/node:24-bookworm-slim" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
