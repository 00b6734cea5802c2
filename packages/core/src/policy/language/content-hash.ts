/** The content address of a policy. */
import { canonicalJson, type JsonValue } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import type { ExactJson } from '../value/index.ts';
import type { PolicyJson } from './json/index.ts';

/** SHA-256 in hexadecimal over canonical JSON of the id and the JSON form; integers beyond 2^53 stand as `{"__long": "…"}`. */
export function contentHashOf(id: string, json: PolicyJson): string {
  return sha256Hex(canonicalJson({ id, policy: plain(json as unknown as ExactJson) }));
}

function plain(json: ExactJson): JsonValue {
  if (typeof json === 'bigint') return { __long: String(json) };
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return (json as readonly ExactJson[]).map(plain);
  return Object.fromEntries(
    Object.entries(json as { readonly [name: string]: ExactJson }).map(([name, member]) => [
      name,
      plain(member),
    ]),
  );
}
