/** What is wrong with a provider that cannot be asked what it is, in words that its operator can act on. */
import { describeFault, isFault } from '@writ/core';

const WORDS: Readonly<Record<string, string>> = {
  OAUTH_TIMEOUT: 'it does not answer in time',
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED:
    'it calls itself something else than `issuer`; write it as the provider does, to the last letter',
  OAUTH_RESPONSE_IS_NOT_CONFORM:
    'what it answers is no OpenID configuration; is `issuer` the address before `/.well-known/openid-configuration`?',
  OAUTH_RESPONSE_IS_NOT_JSON:
    'what it answers is no OpenID configuration; is something else at that address?',
  OAUTH_PARSE_ERROR: 'what it answers is no OpenID configuration; is something else at that address?',
};

/** One line, without anything secret. */
export function troubleOf(thrown: unknown): string {
  if (isFault(thrown)) return thrown.message;
  if (!(thrown instanceof Error)) return 'it cannot be used';
  const code = codeOf(thrown);
  const words = code === undefined ? undefined : WORDS[code];
  if (words !== undefined) return words;
  // `fetch` says why it came to nothing in the cause alone.
  const why = codeOf(thrown.cause) ?? code;
  return thrown instanceof TypeError && code === undefined
    ? `it cannot be reached${why === undefined ? '' : ` (${why})`}`
    : `it cannot be used: ${describeFault(thrown).slice(0, 200)}`;
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined;
}
