# syntax=docker/dockerfile:1
# Three images: server-cpu (the default), server-cuda and trainer. docs/operations.md says how to run them, scripts/tiers/images.sh builds and starts them.
#
# Bases are pinned by exact version; the release workflow resolves them to digests and builds from those. By hand, for a build that comes out the same next year:
#   docker buildx imagetools inspect node:20.20.2-bookworm-slim      and then  --build-arg NODE_IMAGE=docker.io/library/node@sha256:…
# A registry of your own: --secret id=npmrc,src=$HOME/.npmrc for npm, --secret id=pip,src=/etc/pip.conf for pip.
ARG NODE_IMAGE=docker.io/library/node:20.20.2-bookworm-slim
ARG PYTHON_IMAGE=docker.io/library/python:3.11.15-slim-bookworm
# The CUDA major version is that of the provider's build (docs/cuda.md).
ARG CUDA_IMAGE=docker.io/nvidia/cuda:13.0.2-cudnn-runtime-ubuntu24.04
# A stage below, or an image that has /opt/venv with the trainer's dependencies already.
ARG TRAINER_ENVIRONMENT=trainer-environment


# ---- the program, compiled, with what it needs to run and nothing else
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install script runs: sharp, koffi and ONNX Runtime come as binaries in their packages.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && rm dist/.tsbuildinfo
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm prune --omit=dev --ignore-scripts \
  # ONNX Runtime's package holds the libraries of six platforms.
  && find node_modules/onnxruntime-node/bin/napi-v6 -mindepth 2 -maxdepth 2 ! -path "*/linux/$(node -p process.arch)" -exec rm -r {} +
COPY LICENSE openapi.yaml ./
COPY policy policy
COPY playground playground
COPY models models
# One layer each for what changes rarely and what changes often. Whoever made the context may have had a strict umask, and the server runs as somebody else.
RUN mkdir /program && mv dist policy playground LICENSE openapi.yaml package.json /program/ && chmod -R a+rX /program models node_modules


# ---- a root file system with a C library, tini and Node.js: no shell, no package manager
FROM ${NODE_IMAGE} AS minimal-root
COPY scripts/images/minimal-root.sh /tmp/
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/* \
  && sh /tmp/minimal-root.sh /minimal-root base-files libc6 libgcc-s1 libstdc++6 tini \
  && install -D "$(command -v node)" /minimal-root/usr/local/bin/node


# ---- ONNX Runtime's CUDA provider, which no package of npm brings
FROM ${PYTHON_IMAGE} AS cuda-provider
COPY scripts/images/cuda-provider.txt /tmp/
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
  pip download --no-cache-dir --require-hashes --no-deps --only-binary=:all: --platform manylinux_2_28_x86_64 --python-version 3.11 --dest /tmp/wheel -r /tmp/cuda-provider.txt \
  && python3 -m zipfile -e /tmp/wheel/*.whl /tmp/unpacked \
  && mkdir /provider && cp /tmp/unpacked/onnxruntime/capi/libonnxruntime_providers_shared.so /tmp/unpacked/onnxruntime/capi/libonnxruntime_providers_cuda.so /provider/ \
  && sed -n 's/^__version__ = .\(.*\).$/\1/p' /tmp/unpacked/onnxruntime/capi/build_and_package_info.py > /provider/version \
  && rm -r /tmp/wheel /tmp/unpacked

FROM build AS build-cuda
COPY --from=cuda-provider /provider /tmp/provider
# Provider and library are one build of ONNX Runtime, or they do not fit each other.
RUN test "$(cat /tmp/provider/version)" = "$(node -p "require('onnxruntime-node/package.json').version")" \
  || { echo "scripts/images/cuda-provider.txt names ONNX Runtime $(cat /tmp/provider/version), package-lock.json another version" >&2; exit 1; } \
  && cp /tmp/provider/*.so node_modules/onnxruntime-node/bin/napi-v6/linux/x64/


# ---- python with the trainer's dependencies, at the versions of the lock
FROM ${PYTHON_IMAGE} AS trainer-environment
WORKDIR /trainer
COPY training/pyproject.toml training/requirements.lock ./
COPY scripts/images/trainer-requirements.py /tmp/
# The lock has the checks' tools too: it decides versions, the project file decides what is installed.
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
  python3 -m venv /opt/venv \
  && python3 /tmp/trainer-requirements.py pyproject.toml > /tmp/requirements.txt \
  && /opt/venv/bin/pip install --no-cache-dir -r /tmp/requirements.txt -c requirements.lock

# hadolint ignore=DL3006
FROM ${TRAINER_ENVIRONMENT} AS trainer-build
COPY training /trainer
RUN --mount=type=secret,id=pip,target=/etc/pip.conf /opt/venv/bin/pip install --no-cache-dir --no-deps /trainer && chmod -R a+rX /opt/venv


# ================ trainer
FROM ${PYTHON_IMAGE} AS trainer
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="UniF2ace Serve: trainer" \
  org.opencontainers.image.description="Renders portraits, trains, evaluates and exports UniF2ace models" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
# EGL and Mesa draw the portraits. Debian keeps one version of a package: the base's digest and the SBOM say which.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends libegl1 libgl1 libgl1-mesa-dri tini && rm -rf /var/lib/apt/lists/*
COPY --from=trainer-build /opt/venv /opt/venv
# Nothing is written but what --out names: a volume. Caches of libraries go to /tmp.
ENV PATH=/opt/venv/bin:$PATH HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /work
USER 1000:1000
RUN ["unif2ace-training", "--version"]
ENTRYPOINT ["/usr/bin/tini", "--", "unif2ace-training"]
CMD ["--help"]


# ================ server-cuda: as server-cpu, on NVIDIA's CUDA and cuDNN. It has not run on a GPU yet (docs/cuda.md).
FROM ${CUDA_IMAGE} AS server-cuda
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="UniF2ace Serve: CUDA" \
  org.opencontainers.image.description="Text-to-face generation, captions and questions about faces from one model, on an NVIDIA GPU" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
COPY --from=minimal-root /minimal-root/usr/local/bin/node /usr/local/bin/node
COPY --from=minimal-root /minimal-root/usr/bin/tini /usr/bin/tini
COPY --from=build-cuda /app/models /app/models
COPY --from=build-cuda /app/node_modules /app/node_modules
COPY --from=build-cuda /program /app
WORKDIR /app
# Of all that the provider is linked to, only the driver may be missing here: the container runtime passes it in. cuDNN is opened by name.
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN ldd node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so \
  && ! ldd node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so | grep 'not found' | grep -v 'libcuda\.so\.1 ' \
  && ldconfig -p | grep 'libcudnn\.so\.9 '
ENV NODE_ENV=production UNIF2ACE_HOST=0.0.0.0 UNIF2ACE_PORT=8080 UNIF2ACE_EXECUTION_PROVIDER=cuda NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
EXPOSE 8080
USER 1000:1000
RUN ["node", "dist/cli.js", "doctor", "--port", "0", "--execution-provider", "cpu"]
HEALTHCHECK --interval=30s --timeout=3s --start-period=30s --retries=3 CMD ["node", "-e", "require('http').get({ host: '127.0.0.1', port: process.env.UNIF2ACE_PORT, path: '/livez', timeout: 2500 }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('timeout', () => process.exit(1)).on('error', () => process.exit(1))"]
ENTRYPOINT ["/usr/bin/tini", "--", "node", "/app/dist/cli.js"]
CMD ["serve"]


# ================ server-cpu
FROM scratch AS server-cpu
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="UniF2ace Serve" \
  org.opencontainers.image.description="Text-to-face generation, captions and questions about faces from one model, on CPUs" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
COPY --from=minimal-root /minimal-root /
COPY --from=build /app/models /app/models
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /program /app
WORKDIR /app
ENV PATH=/usr/local/bin:/usr/bin NODE_ENV=production UNIF2ACE_HOST=0.0.0.0 UNIF2ACE_PORT=8080
EXPOSE 8080
USER 1000:1000
# The image looks at itself: a library that is missing fails the build and not the start.
RUN ["node", "dist/cli.js", "doctor", "--port", "0"]
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s --retries=3 CMD ["node", "-e", "require('http').get({ host: '127.0.0.1', port: process.env.UNIF2ACE_PORT, path: '/livez', timeout: 2500 }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('timeout', () => process.exit(1)).on('error', () => process.exit(1))"]
# tini is process 1: as process 1 Node.js would not hear a SIGTERM that comes before it listens for one.
ENTRYPOINT ["/usr/bin/tini", "--", "node", "/app/dist/cli.js"]
CMD ["serve"]
