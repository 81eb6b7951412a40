# The toolchain of rust-toolchain.toml, on the Debian of the image below it.
FROM rust:1.95.0-slim-bookworm AS build
# What takes the profile that modelgate is built with.
RUN rustup component add llvm-tools && \
    apt-get update && \
    apt-get install -y --no-install-recommends nghttp2-client wrk && \
    rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
ARG GIT_COMMIT
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    GIT_COMMIT="$GIT_COMMIT" cargo run --locked --package xtask -- dist && \
    cp target/dist/modelgate /modelgate

FROM gcr.io/distroless/cc-debian12:nonroot
ARG GIT_COMMIT
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="modelgate" \
      org.opencontainers.image.description="A sidecar before OpenSearch that enforces the ML Commons model-group API" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$GIT_COMMIT"
COPY --from=build /modelgate /modelgate
COPY LICENSE /LICENSE
USER 65532:65532
EXPOSE 9200
ENTRYPOINT ["/modelgate"]
CMD ["--config", "/etc/modelgate/modelgate.toml"]
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s \
    CMD ["/modelgate", "--config", "/etc/modelgate/modelgate.toml", "--probe"]
