#!/usr/bin/env bash
# Uses glassgrad as other projects do: installed as a static and as a shared library and found with
# find_package, then as a subdirectory. Everything happens in a temporary folder.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# quietly COMMAND...: prints what the command said only if it failed.
quietly() {
  if ! "$@" > "$folder/log" 2>&1; then
    cat "$folder/log" >&2
    echo "[package] this failed: $*" >&2
    return 1
  fi
}

# use NAME CMAKE-ARGUMENT...: builds and runs the small project.
use() {
  local name=$1
  shift
  quietly cmake -S "$here" -B "$folder/$name" -G Ninja -DCMAKE_BUILD_TYPE=Release "$@"
  quietly cmake --build "$folder/$name"
  "$folder/$name/my_model"
}

# With the flags of the release preset, so that the compiler cache already has the objects.
install_as() {
  local kind=$1 shared=$2
  quietly cmake -S "$root" -B "$folder/build-$kind" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DBUILD_SHARED_LIBS="$shared" -DGLASSGRAD_BUILD_TESTS=OFF -DGLASSGRAD_BUILD_EXAMPLES=OFF
  quietly cmake --build "$folder/build-$kind"
  quietly cmake --install "$folder/build-$kind" --prefix "$folder/first"
  rm -rf "$folder/build-$kind"

  # An installed tree names neither its sources nor the place it was built or installed for.
  if grep -rIlE "$root|$folder" "$folder/first" >&2; then
    echo "[package] the installed files above name a folder of this build" >&2
    return 1
  fi
  mv "$folder/first" "$folder/$kind"
  if [ -x "$folder/$kind/bin/glassgrad" ]; then
    quietly "$folder/$kind/bin/glassgrad" --help
  fi
}

for kind in static shared; do
  echo "package: installed as a $kind library"
  install_as $kind "$([ $kind = shared ] && echo ON || echo OFF)"
  use "with-$kind" -DCMAKE_PREFIX_PATH="$folder/$kind"
done
echo "package: as a subdirectory"
use subdirectory -DGLASSGRAD_FOLDER="$root"
echo "package: all three ways work"
