#!/usr/bin/env bash
# Uses glassgrad as other projects do: installed as a static and as a shared library and found with
# find_package by the small project here; then by examples/own_op, which adds ops, installed and as a
# subdirectory. Everything happens in a temporary folder.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The flags of the dev preset: it is how glassgrad is found that is tested here, and the compiler cache
# has these objects from scripts/test.
flags=(-DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS=-D_GLIBCXX_ASSERTIONS "-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g1"
  -DCMAKE_COMPILE_WARNING_AS_ERROR=ON -DGLASSGRAD_LIBRARY_FLAGS=-O3)

# Another project does not choose glassgrad's launcher; here it may find what is compiled.
if command -v ccache > /dev/null; then
  flags+=("-DCMAKE_CXX_COMPILER_LAUNCHER=env;CCACHE_BASEDIR=$root;CCACHE_NOHASHDIR=1;ccache")
fi

# quietly COMMAND...: prints what the command said only if it failed.
quietly() {
  if ! "$@" > "$folder/log" 2>&1; then
    cat "$folder/log" >&2
    echo "[package] this failed: $*" >&2
    return 1
  fi
}

# use NAME SOURCE PROGRAM CMAKE-ARGUMENT...: builds and runs the small project in the folder SOURCE.
use() {
  local name=$1 source=$2 program=$3
  shift 3
  quietly cmake -S "$source" -B "$root/build/package-$name" -G Ninja "${flags[@]}" "$@"
  quietly cmake --build "$root/build/package-$name"
  quietly "$root/build/package-$name/$program"
  rm -rf "$root/build/package-$name"
}

# install_as KIND CMAKE-ARGUMENT...: into the folder KIND.
install_as() {
  local kind=$1
  shift
  quietly cmake -S "$root" -B "$root/build/package-$kind" -G Ninja "${flags[@]}" \
    "$@" -DGLASSGRAD_BUILD_TESTS=OFF -DGLASSGRAD_BUILD_EXAMPLES=OFF
  quietly cmake --build "$root/build/package-$kind"
  quietly cmake --install "$root/build/package-$kind" --prefix "$folder/first"
  rm -rf "$root/build/package-$kind"

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

shapes=("static -DBUILD_SHARED_LIBS=OFF" "shared -DBUILD_SHARED_LIBS=ON"
  "lapack-free -DGLASSGRAD_LAPACK=OFF -DGLASSGRAD_BUILD_CLI=OFF")
for shape in "${shapes[@]}"; do
  read -r kind arguments <<< "$shape"
  echo "package: installed as a $kind library"
  # shellcheck disable=SC2086
  install_as "$kind" $arguments
  use "with-$kind" "$here" my_model -DCMAKE_PREFIX_PATH="$folder/$kind"
done
echo "package: ops of one's own, from outside"
use own-op "$root/examples/own_op" own_op -DCMAKE_PREFIX_PATH="$folder/static"
echo "package: the same, with glassgrad as a subdirectory"
# with glassgrad's warnings, as the objects in the compiler cache have them
use own-op-subdirectory "$root/examples/own_op" own_op -DGLASSGRAD_FOLDER="$root" \
  -DGLASSGRAD_WARNINGS=ON
echo "package: all three ways work"
