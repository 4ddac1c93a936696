#!/bin/bash
# Runs the suites on other versions of Node, as they are built now: scripts/test-nodes.sh 22 24 26
#
# One addon serves all versions, by Node-API, so nothing is built anew. With MINI_REPORTS each version leaves its report in
# that directory, as node-<version>.json.
set -euo pipefail
cd "$(dirname "$0")/.."

# npm's own cache lies in a home directory, where other users, whom some tests become, could not reach node.
export npm_config_cache="$PWD/node_modules/.cache/npm"
umask 022

failed=0
for version in "$@"; do
  if [ -n "${MINI_REPORTS:-}" ]; then export MINI_REPORT="$MINI_REPORTS/node-$version.json"; fi
  npx --yes --package "node@$version" \
    --call 'echo "Node $(node --version)" && node node_modules/vitest/vitest.mjs run' || failed=1
done
exit "$failed"
