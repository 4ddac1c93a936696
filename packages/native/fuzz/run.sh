#!/bin/bash
# Fuzzes the archive engine with libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer:
#   fuzz/run.sh [seconds per target] [target …]
# The targets are decoder, parser and extract. It needs clang and libclang-rt (Debian: clang, libclang-rt-14-dev), zlib1g-dev
# and python3. What it finds is an input that it writes to fuzz/found/: packages/rootfs/test/found.test.ts reads all of those.
# The corpus is kept in fuzz/build/ and grows from run to run.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || targets=(decoder parser extract)
build=fuzz/build
mkdir -p "$build"/{vendor,engine}

sanitize="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all"
# One object file each, made again when its source or a header of ours is newer.
compile() { # object, source, compiler and flags
  if [ "$2" -nt "$1" ] || [ -n "$(find src/archive fuzz -name '*.hh' -newer "$1" -print -quit)" ]; then
    printf '%s -g -O1 -c %s -o %s\n' "$3" "$2" "$1"
  fi
}
sources() { python3 -c '
import ast, sys
gyp = ast.literal_eval(open("binding.gyp").read())
[archive] = [t for t in gyp["conditions"][0][2]["targets"] if t["target_name"] == "archive"]
print(*archive["sources"], sep="\n")'; }
includes="-Ivendor/zstd/src -Ivendor/bzip2/src -Ivendor/xz/src/liblzma/api -DBZ_NO_STDIO"
{
  # The libraries skip their checksums in this mode, so that the fuzzer gets past them. UBSan is for our own code.
  vendor="clang -w -fexceptions -fsanitize=fuzzer-no-link,address -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
  for source in vendor/zstd/src/{common,decompress}/*.c vendor/bzip2/src/*.c; do
    compile "$build/vendor/$(echo "$source" | tr / _).o" "$source" "$vendor -DZSTD_DISABLE_ASM -DZSTD_TRACE=0 -DBZ_NO_STDIO"
  done
  xz=$(printf ' -Ivendor/xz/src/liblzma/%s' api check common delta lz lzma rangecoder simple)
  for source in $(find vendor/xz/src -name '*.c'); do
    compile "$build/vendor/$(echo "$source" | tr / _).o" "$source" "$vendor -DHAVE_CONFIG_H -Ivendor/xz -Ivendor/xz/src/common $xz"
  done
  for source in $(sources); do
    compile "$build/engine/$(basename "$source").o" "$source" "clang++ -std=c++20 -Wall $sanitize $includes"
  done
  for source in fuzz/*.cc; do
    compile "$build/$(basename "$source").o" "$source" "clang++ -std=c++20 -Wall $sanitize -Isrc/archive"
  done
} | xargs -P "$(nproc)" -I{} sh -c '{}'

rm -f "$build/libarchive.a"
ar crs "$build/libarchive.a" "$build"/engine/*.o "$build"/vendor/*.o
python3 fuzz/seeds.py "$build/seeds"

status=0
for target in "${targets[@]}"; do
  objects=("$build/$target.cc.o")
  [ "$target" = decoder ] || objects+=("$build/mutate.cc.o")
  # Weak symbols do not ask for a library: zlib's are meant.
  clang++ -fsanitize=fuzzer,address,undefined "${objects[@]}" "$build/libarchive.a" -Wl,--no-as-needed -lz -lpthread \
    -o "$build/fuzz-$target"
  mkdir -p "$build/corpus/$target"
  # extract makes files: not as root.
  as=()
  if [ "$target" = extract ] && [ "$(id -u)" = 0 ]; then
    as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    chown -R 65534:65534 "$build/corpus/$target"
  fi
  # In memory where there is such a place: extract makes and removes a tree for each input.
  scratch=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")/mini-fuzz-XXXXXX")
  found=$scratch/found
  mkdir "$found"
  chmod -R 777 "$scratch"
  echo "── $target, $seconds s"
  TMPDIR=$scratch "${as[@]}" "$build/fuzz-$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
    -artifact_prefix="$found/" "$build/corpus/$target" "$build/seeds/$target" >"$build/$target.log" 2>&1 || status=1
  grep -E '^(stat::number_of_executed_units|SUMMARY)|DONE|ERROR' "$build/$target.log" || tail -5 "$build/$target.log"
  for input in "$found"/*; do
    [ -e "$input" ] || continue
    name=fuzz/found/$target-$(basename "$input" | sed 's/\(crash\|timeout\|oom\|leak\)-\(........\).*/\1-\2/')
    cp "$input" "$name" && echo "found: $name (see $build/$target.log)"
  done
  rm -rf "$scratch"
done
exit $status
