/** The version of this software, as entries name it. */
import { readFileSync } from 'node:fs';
import { isJsonObject, parseStrictJson } from '../../kernel/index.ts';

/** Version of `@writ/core`, from its package file; `0.0.0` where there is none. */
export const SOFTWARE_VERSION: string = readVersion();

function readVersion(): string {
  const manifest = parseStrictJson(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const version = isJsonObject(manifest) ? manifest['version'] : undefined;
  return typeof version === 'string' ? version : '0.0.0';
}
