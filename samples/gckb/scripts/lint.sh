#!/bin/sh
set -e
for file in "$1"/*.sh; do
  sh -n "$file"
  echo "$file: no syntax errors"
done
