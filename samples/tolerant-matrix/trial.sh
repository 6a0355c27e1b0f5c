#!/bin/sh
mkdir -p results
if [ "$2" = 0 ]; then word=passed; else word=failed; fi
echo "$1: $word" | tee "results/$1"
exit "$2"
