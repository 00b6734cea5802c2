/** Tells values that look drawn at random from words, placeholders and references. */
import { classOf, DIGIT, LOWER, NON_ASCII, UPPER } from '../survey/index.ts';

/** Shannon entropy of `text` in bits per character; 0 for the empty text. */
export function entropyOf(text: string): number {
  const counts = new Map<number, number>();
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** How many of small letters, capitals, digits and other signs `text` uses, 0 to 4. */
export function kindsOfCharacters(text: string): number {
  let seen = 0;
  for (let at = 0; at < text.length; at += 1) {
    const here = classOf(text.charCodeAt(at)) & (DIGIT | LOWER | UPPER);
    seen |= here === 0 ? NON_ASCII : here;
  }
  let kinds = 0;
  for (const kind of [DIGIT, LOWER, UPPER, NON_ASCII]) if ((seen & kind) !== 0) kinds += 1;
  return kinds;
}

/** How many different characters `text` uses. */
export function distinctCharacters(text: string): number {
  return new Set(text).size;
}

/** Whether `text` holds a digit. */
export function hasDigit(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if ((classOf(text.charCodeAt(at)) & DIGIT) !== 0) return true;
  }
  return false;
}

/** Runs of one sign that nobody is issued: `xxxxxx`, `******`, `......`. */
const MASK: RegExp = /x{5}|X{5}|\*{3}|\.{3}|0{9}|_{4}|-{6}|<[A-Za-z]|#\{|\$\{|\{\{|\$\(|%\(|%s|\$[A-Za-z_]/;

/** Words that stand where a secret will be filled in. */
const STAND_IN: RegExp =
  /^(?:[{<%$[]|your|my|the|some|insert|enter|put|add|use|replace|change|example|sample|dummy|fake|placeholder|redacted|masked|hidden|todo|tbd|none|null|nil|undefined|true|false|empty|default|password|passwd|username|secret|string|token|process\.env|os\.environ|env[.:[(]|getenv|vault:|secrets?\.|config\.|var\.|data\.|self\.|this\.|args\.|arn:|https?:|file:)/i;

/** Words that tell a stand-in wherever they stand. */
const STAND_IN_INSIDE: RegExp =
  /example|placeholder|changeme|change_me|change-me|_here|-here|dummy|redacted/i;

/** Whether `value` is a placeholder or a reference to a secret rather than one. */
export function isStandIn(value: string): boolean {
  return MASK.test(value) || STAND_IN.test(value) || STAND_IN_INSIDE.test(value);
}

/** Whether `value` is made of one mask sign or of so few characters that nobody drew it: `AKIAXXXXXXXXXXXXXXXX`. */
export function isMasked(value: string): boolean {
  return distinctCharacters(value) < Math.min(8, 2 + value.length / 4) || MASK.test(value);
}
