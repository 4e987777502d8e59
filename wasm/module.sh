#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: module.sh EMCC OUTPUT [FLAG…] -- SMALL.c… -- FAST.c…
# One .wasm of sources of which some are compiled to be small and some to be fast.
set -eu
emcc=$1
output=$2
shift 2
flags=
objects=
level=
folder=$output.objects
mkdir -p "$folder"
for word do
  if [ "$word" = -- ]; then
    case $level in '') level=-Oz ;; *) level=-O3 ;; esac
  elif [ -z "$level" ]; then
    flags="$flags $word"
  else
    object=$folder/$(basename "$word" .c).o
    "$emcc" $flags $level -c "$word" -o "$object"
    objects="$objects $object"
  fi
done
"$emcc" $flags -O3 --no-entry -sSTANDALONE_WASM -sALLOW_MEMORY_GROWTH -sSUPPORT_ERRNO=0 \
  -sTOTAL_STACK=32768 -sINITIAL_MEMORY=1048576 $objects -o "$output"
