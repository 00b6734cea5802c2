/** Whether a value could be the secret that its name announces. */
import { distinctCharacters, entropyOf, hasDigit, isStandIn, kindsOfCharacters } from './randomness.ts';
import type { NameStrength } from './secret-names.ts';

/** Shortest password that is taken for one. */
const SHORTEST_PASSWORD = 6;
/** Shortest value of a name such as `token`. */
const SHORTEST_SECRET = 10;
/** Shortest value of a name that only ends in `key`. */
const SHORTEST_KEY = 20;
/** Least entropy of issued values, bits per character: hexadecimal ones of 16 characters stay above. */
const LEAST_ENTROPY = 2.75;
const LEAST_KEY_ENTROPY = 3.5;

/** What is in neither a word, a path, a dotted reference nor a constant: anything but letters and separators. */
const BEYOND_WORDS: RegExp = /[^A-Za-z\s_.:/\\-]/;
/** Dates, times, versions, numbers and sizes. */
const MEASURE: RegExp = /^[\d\s.:/,TZ+-]{1,64}(?:ms|s|m|h|d|kb|mb|gb|px)?$/i;
const UUID: RegExp = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** What a file, an address, an image or a call looks like. */
const REFERENCE: RegExp =
  /^[./~]|^[a-z]{1,16}:\/\/|\.(?:json|ya?ml|pem|key|crt|txt|env|js|ts|py|go|rs|com|org|net|io|local|html?|xml|png|md|tab|keytab)$|-v?\d{1,4}\.\d{1,4}|[()[\]{}<>]/i;

/** Whether `value` looks like a secret under a name of this strength. `quoted` values are literals even where they look like names. */
export function looksSecret(value: string, strength: NameStrength, quoted: boolean): boolean {
  if (isStandIn(value)) return false;
  switch (strength) {
    case 'password':
      return looksLikePassword(value, quoted);
    case 'secret':
      return looksIssued(value, SHORTEST_SECRET, LEAST_ENTROPY) && !isReference(value);
    case 'key':
      return (
        looksIssued(value, SHORTEST_KEY, LEAST_KEY_ENTROPY) &&
        kindsOfCharacters(value) >= 3 &&
        !UUID.test(value) &&
        !isReference(value)
      );
    default:
      return strength satisfies never;
  }
}

function looksLikePassword(value: string, quoted: boolean): boolean {
  if (value.length < SHORTEST_PASSWORD || distinctCharacters(value) < 4) return false;
  if (!quoted && isReference(value)) return false;
  if (!BEYOND_WORDS.test(value)) return false;
  if (/\s/.test(value)) return false;
  return hasDigit(value) || kindsOfCharacters(value) >= 3;
}

function looksIssued(value: string, shortest: number, leastEntropy: number): boolean {
  if (value.length < shortest || !hasDigit(value) || /\s/.test(value)) return false;
  if (!BEYOND_WORDS.test(value) || MEASURE.test(value)) return false;
  return entropyOf(value) >= Math.min(leastEntropy, Math.log2(value.length) - 0.5);
}

/** A reference has no long run without a separator in it; an issued value does. */
function isReference(value: string): boolean {
  return REFERENCE.test(value);
}
