#!/bin/sh
set -e
test "$(./out/greeter gckb)" = "greetings, gckb"
echo "1 test passed"
