#!/usr/bin/env bash
# Verifies the registry's signatures and attestations of every installed package. Where no keys can be had (a mirror, no way
# out) this is said aloud and is no failure; a signature that does not verify is one.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# The keys come from elsewhere; npm would otherwise ask three times, for a minute, whether that can be reached.
said=$(npm_config_fetch_retries=0 npm audit signatures --loglevel=error 2>&1)
status=$?
printf '%s\n' "$said" | tail -n 20
[ "$status" -eq 0 ] && exit 0
if printf '%s' "$said" | grep -qiE 'no (signing )?keys|keys.*(404|not found)|found no (dependencies|installed dependencies)|no dependencies to audit|E404|ENOTFOUND|EAUDITNOKEYS'; then
  echo 'SKIPPED: the signing keys of the registry cannot be had from here, so no signature was verified'
  exit 0
fi
exit 1
