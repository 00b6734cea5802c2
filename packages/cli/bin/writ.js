#!/usr/bin/env sh
':' /* 2>/dev/null
# Starts `writ` on a Node that can run it. A shell reads the first half, JavaScript the second: desktop clients and hooks start this
# file with whatever PATH they have, where `node` may be missing or older. Exit status 69 (EX_UNAVAILABLE): no usable Node.
# A shell reads no further than its `exec` or `exit`; JavaScript sees this half as a comment, so it must not hold a comment's end.

# Prints the version of the Node at $1 when it is new enough.
usable() {
  version=
  [ -x "$1" ] && [ ! -d "$1" ] || return 1
  version=$("$1" --version 2>/dev/null) || return 1
  major=${version#v}
  major=${major%%.*}
  [ "$major" -ge 24 ] 2>/dev/null
}

launch() {
  node=$1
  shift
  entry=$home/dist/main.js
  if [ -f "$home/src/main.ts" ]; then
    entry=$home/src/main.ts
    # From source most of a start is spent on stripping types; what was stripped once is kept beside the other caches.
    export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-${home%/packages/cli}/node_modules/.cache/writ}"
  fi
  exec "$node" "$entry" "$@"
}

[ "${0%/*}" = "$0" ] && self=./$0 || self=$0
beside=
while :; do
  # A Node installed next to the command, or next to a link to it: node_modules/.bin, or the bin folder of a version manager.
  [ -n "$beside${WRIT_NODE:-}" ] || { usable "${self%/*}/node" && beside=${self%/*}/node; }
  [ -L "$self" ] || break
  target=$(readlink "$self")
  [ "${target#/}" = "$target" ] && self=${self%/*}/$target || self=$target
done
home=$(CDPATH= cd -P -- "${self%/*}/.." && pwd -P) || exit 69

if [ -n "${WRIT_NODE:-}" ]; then
  usable "$WRIT_NODE" && launch "$WRIT_NODE" "$@"
  echo "writ: WRIT_NODE is \`$WRIT_NODE\`, which is not a Node 24 or later; point it at one, or unset it" >&2
  exit 69
fi

[ -n "$beside" ] && launch "$beside" "$@"

folder=$home
while [ -n "$folder" ]; do
  usable "$folder/node_modules/.bin/node" && launch "$folder/node_modules/.bin/node" "$@"
  folder=${folder%/*}
done

found=$(command -v node 2>/dev/null) || found=
[ -n "$found" ] && usable "$found" && launch "$found" "$@"

[ -n "$found" ] && was="found ${version:-one that does not start} at $found" || was="found none on PATH"
if [ -f "$home/src/main.ts" ]; then
  echo "writ: needs Node 24 or later, $was; run \`npm run ensure\` in ${home%/packages/cli}, or set WRIT_NODE to the path of a Node 24" >&2
else
  echo "writ: needs Node 24 or later, $was; install it (https://nodejs.org), or set WRIT_NODE to the path of a Node 24" >&2
fi
exit 69
*/;

import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

// Reached when Node itself is asked to run this file, as npm's shims for Windows do.
const NODE_MAJOR = 24;
const home = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(home, 'src/main.ts');
const entry = existsSync(source) ? source : join(home, 'dist/main.js');

if (isEnough(process.versions.node)) {
  process.argv[1] = entry;
  await import(pathToFileURL(entry).href);
} else {
  const node = candidates().find((path) => isEnough(versionOf(path)));
  if (node) launch(node);
  else {
    process.stderr.write(
      `writ: needs Node ${NODE_MAJOR} or later, this is ${process.versions.node}; ` +
        'install it (https://nodejs.org), or set WRIT_NODE to the path of a Node 24\n',
    );
    process.exitCode = 69;
  }
}

function isEnough(version) {
  return Number(version?.split('.')[0]) >= NODE_MAJOR;
}

function versionOf(path) {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', windowsHide: true });
  return status === 0 ? stdout.trim().replace(/^v/, '') : undefined;
}

function candidates() {
  if (process.env.WRIT_NODE) return [process.env.WRIT_NODE];
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const found = [];
  for (let folder = home; folder !== dirname(folder); folder = dirname(folder)) {
    found.push(join(folder, 'node_modules/.bin', name), join(folder, 'node_modules/node/bin', name));
  }
  return found.filter((path) => existsSync(path));
}

function launch(node) {
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit', windowsHide: true });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`writ: cannot start ${node}: ${error.message}\n`);
    process.exitCode = 69;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
