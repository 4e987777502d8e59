#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: module.sh EMCC OUTPUT [FLAG…] -- SMALL.c… -- FAST.c…
# One .wasm of sources of which some are compiled to be small and some to be fast.
set -eu
emcc=$1
output=$2
shift 2
objects=$output.objects
rm -rf "$objects"
mkdir -p "$objects"

# The flags go round, and are the arguments that are left when the sources have gone.
level=
for word do
  shift
  if [ "$word" = -- ]; then
    case $level in '') level=-Oz ;; *) level=-O3 ;; esac
  elif [ -z "$level" ]; then
    set -- "$@" "$word"
  else
    sources=${sources:-}${sources:+"
"}$level$word
  fi
done
printf '%s\n' "$sources" | while IFS= read -r line; do
  source=${line#-O?}
  "$emcc" "$@" "${line%"$source"}" -c "$source" -o "$objects/$(basename "$source" .c).o" < /dev/null
done
"$emcc" "$@" -Oz --no-entry -sSTANDALONE_WASM -sALLOW_MEMORY_GROWTH -sSUPPORT_ERRNO=0 \
  -sDEFAULT_TO_CXX=0 -Wno-deprecated \
  -sTOTAL_STACK=32768 -sINITIAL_MEMORY=1048576 "$objects"/*.o -o "$output"
