#!/bin/sh
set -e
mkdir -p "deployed/$STAGE"
cp out/greeter "deployed/$STAGE/greeter-$1"
echo "deployed greeter $1 to $STAGE"
