#!/bin/sh
set -e
mkdir -p out
{ cat app/greeter.sh; echo "# version $1"; } > out/greeter
chmod +x out/greeter
echo "built greeter $1"
