/** Names under which secrets are kept, and names that only look so. */

/** How much a name says about its value. */
export type NameStrength = 'password' | 'secret' | 'key';

const PASSWORD: RegExp =
  /passw(?:or)?d|passphrase|passcode|passwort|contrase[nñ]a|(?:^|[_.-])(?:pwd|psw|pass)(?:$|[_.-])|pwd$/;
const SECRET: RegExp =
  /secret|token|(?:api|access|auth|private|client|signing|encryption|master|service|account|shared|subscription|license)_?key(?![a-z])|authorization|credential|creds$|bearer|webhook_?key|jwt$|auth$|sas$/;
const KEY: RegExp = /(?:^|[_.-])key$|key$/;

/** Names of things about a secret, of public values, and of values that are tokens in another sense. */
const ABOUT: RegExp =
  /public|(?:name|_id|ids|_url|uri|url|path|file|dir|type|length|size|count|limit|index|format|policy|field|label|prefix|suffix|regex|pattern|column|version|expiry|expires|expires_in|ttl|arn|ref|hint|hash|digest|checksum|algorithm|alg|kind|usage|status|host|endpoint|scheme|method|class|manager|provider|store|vault|selector|code|source|results|frame|mapping|meshing|board|word|stroke|press|down|up)$|^(?:max|min|num|n)_|tokens$|keys$|secrets$|passwords$|credential_?s?_?id$|secrets?_?id$|csrf|xsrf|websocket|authenticity|page_?token|next_?token|cursor|sync_?token|continuation|sort_?key|primary_?key|foreign_?key|partition_?key|cache_?key|object_?key|(?:key|board|mon)key$|idempotency|keyvault|key_?vault|key_?chars|keystr$|tokenizer|author(?!i)/;

/** What the name of a value says; `undefined` where it says nothing. The name is judged by its last 64 characters. */
export function strengthOf(name: string): NameStrength | undefined {
  const plain = snakeCase(name.length > 64 ? name.slice(-64) : name);
  const isPassword = PASSWORD.test(plain);
  const isSecret = isPassword || SECRET.test(plain);
  if (!isSecret && !KEY.test(plain)) return undefined;
  if (ABOUT.test(plain)) return isPassword && plain.endsWith('word') ? 'password' : undefined;
  return isPassword ? 'password' : isSecret ? 'secret' : 'key';
}

/** A name that is written so already. */
const SNAKE_CASE: RegExp = /^[a-z0-9_.]{0,64}$/;

/** `apiKeySecret`, `API-key secret` → `api_key_secret`. */
function snakeCase(name: string): string {
  if (SNAKE_CASE.test(name)) return name;
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9.]/g, '_')
    .toLowerCase();
}
