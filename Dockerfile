# The image that entry modules and models are served in, on CPU.
#
#   docker build -t scorehost .
#   docker run --rm -p 5001:5001 -v "$PWD/model.onnx:/model.onnx:ro" scorehost /model.onnx
#
# docs/containers.md tells how to put your own entry module into it, and what it wants of a base of yours.

ARG NODE_VERSION=24
# A digest holds it to the byte: --build-arg NODE_IMAGE=node@sha256:…
ARG NODE_IMAGE=node:${NODE_VERSION}-bookworm-slim

# --- build: compiles the host, and leaves of its packages what runs ---
FROM ${NODE_IMAGE} AS build
WORKDIR /opt/scorehost
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY scripts scripts
# What the host uses only where it is there. 1 puts it into the image.
ARG WITH_TENSORFLOW=0
ARG WITH_AZURE=0
ARG WITH_OTEL=0
# Another one than the lock file has: 1.26.0 was the last for CUDA 12 (Dockerfile.cuda).
ARG ONNXRUNTIME_VERSION=
RUN npm run build \
  && npm prune --omit=dev \
  && scripts/add-optional-packages \
  && node scripts/trim-packages.mjs \
  && chmod +x dist/cli/main.js \
  && chmod -R a+rX . \
  && find dist -name "*.d.ts" -delete \
  && rm -rf dist/.tsbuildinfo src scripts tsconfig*.json package-lock.json .npmrc

# --- the image ---
FROM ${NODE_IMAGE}
# Packages are installed while an image is built, in a stage of their own: what is not there cannot be attacked.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn* \
  && mkdir -p /var/azureml-app/azureml-models
COPY --from=build /opt/scorehost /opt/scorehost
RUN ln -s /opt/scorehost/dist/cli/main.js /usr/local/bin/scorehost

# Azure's own places: models are mounted below azureml-models/NAME/VERSION.
ENV NODE_ENV=production \
    SCOREHOST_HOST=0.0.0.0 \
    AML_APP_ROOT=/var/azureml-app
WORKDIR /var/azureml-app
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 5001
# A large model may take minutes to load. Readiness, not liveness: Docker starts nothing again for it, and Compose waits for it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=300s --retries=3 CMD ["scorehost", "health"]
ENTRYPOINT ["scorehost", "serve"]

ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="scorehost" \
      org.opencontainers.image.description="Inference host for entry modules and ONNX models" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT"
