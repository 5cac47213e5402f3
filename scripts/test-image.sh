#!/usr/bin/env bash
# Holds an image to what Dockerfile promises: test-image.sh IMAGE. Needs Docker.
set -euo pipefail

image=${1:?usage: scripts/test-image.sh IMAGE}
fail() {
    echo "test-image: $*" >&2
    exit 1
}

size=$(docker image inspect --format '{{.Size}}' "$image")
((size <= 40 * 1024 * 1024)) || fail "$size bytes are more than 40 MiB"
[[ $(docker image inspect --format '{{.Config.User}}' "$image") == 65532:65532 ]] || fail "it runs as another user"
if docker run --rm --entrypoint /bin/sh "$image" -c true 2>/dev/null; then fail "it has a shell"; fi

container=$(docker run --detach --read-only --cap-drop ALL --tmpfs /data:uid=65532,mode=0700 \
    --publish 127.0.0.1:0:8000 --env AUTO_MIGRATE=true --env DATABASE_URL=sqlite:///data/app.db \
    --env JWT_SECRET_KEY="$(openssl rand -hex 32)" "$image")
trap 'docker logs "$container" >&2 || true; docker rm --force "$container" >/dev/null' EXIT
address=$(docker port "$container" 8000/tcp)
for _ in {1..50}; do
    if curl --fail --silent "http://$address/health/ready" >/dev/null; then break; fi
    sleep 0.2
done
curl --fail --silent --show-error "http://$address/health/ready" >/dev/null || fail "it does not get ready"
docker exec "$container" /service health || fail "its health check fails"
docker stop --time 40 "$container" >/dev/null
[[ $(docker inspect --format '{{.State.ExitCode}}' "$container") == 0 ]] || fail "it does not end with 0 on SIGTERM"
trap - EXIT
docker rm "$container" >/dev/null
echo "test-image: $image is as promised, $((size / 1024 / 1024)) MiB"
