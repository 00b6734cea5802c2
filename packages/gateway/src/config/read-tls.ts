/** Certificates and keys that a configuration names: `tls: {ca, cert, key}`. */
import { resolve } from 'node:path';
import { invalid } from './place.ts';
import type { PlacedValue } from './read-yaml.ts';
import { readFields, readText } from './shape.ts';
import type { ServerTls } from './types.ts';

/** `value` as files in PEM; `folder` is where relative paths start. Throws `config.invalid`. */
export function parseTls(value: PlacedValue, folder: string): ServerTls {
  const fields = readFields(value, ['ca', 'cert', 'key']);
  if ((fields.get('cert') === undefined) !== (fields.get('key') === undefined))
    throw invalid(fields.place, '`cert` and `key` belong together', 'write both, or neither');
  const files: Record<string, string> = {};
  for (const field of ['ca', 'cert', 'key']) {
    const file = fields.get(field);
    if (file !== undefined) files[field] = resolve(folder, readText(file));
  }
  return files;
}
