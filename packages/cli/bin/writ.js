#!/usr/bin/env sh
":" //; r=$(readlink -f "$0"); d=${r%/*}/..
":" //; exec "$d/../../node_modules/.bin/node" "$d/src/main.ts" "$@"
