# syntax=docker/dockerfile:1
# One static program in an empty image: no shell, no libraries, not root.
#
#   docker build --tag newsroom .
#   docker run --rm --publish 8000:8000 --volume newsroom:/data --env-file .env newsroom

# As in rust-toolchain.toml. On Alpine the program is linked statically against musl.
FROM rust:1.95.0-alpine AS build
# What compiles the C of SQLite, mimalloc and the cryptography.
# hadolint ignore=DL3018 # the versions of a pinned Alpine release
RUN apk add --no-cache build-base cmake perl
WORKDIR /source
COPY . .
ARG PACKAGE=example-app
# What was built stays in the cache of the builder, so that a change costs no more than on a desk.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --locked --release --package "$PACKAGE" \
    && install -D "target/release/$PACKAGE" /image/service \
    && install -d -o 65532 -g 65532 -m 0700 /image/data \
    && install -D -m 0644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt

FROM scratch
COPY --from=build /image /
# Nobody of any other image.
USER 65532:65532
# Where a SQLite file and what the service keeps beside it may be written.
WORKDIR /data
ENV APP_ENV=production
EXPOSE 8000
# Ready only while the database answers and the schema is there.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/service", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/service"]
CMD ["serve"]
