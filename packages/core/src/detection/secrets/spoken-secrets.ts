/** Secrets handed over in a command line or a sentence: `curl -u user:…`, `--password …`, `the password is …`. */
import type { Recognised, ScannedText } from '../text/index.ts';
import { type IndexedWord, WordIndex } from '../survey/index.ts';
import { looksSecret } from './secret-values.ts';
import { kindsOfCharacters } from './randomness.ts';

/** What follows a word. */
interface Phrase {
  readonly follows: RegExp;
  readonly strength: 'password' | 'secret';
  /** Whether the value must mix kinds of characters, because prose goes on with words. */
  readonly inProse: boolean;
}

/** A sentence's verb and the value behind it, quoted or not. */
const SENTENCE: RegExp =
  /(?:s)?(?: key| token| code)?(?: (?:is|was|are)(?: now)?:?| ?->|,| of)? {1,2}["'`]?([^\s"'`<>]{6,128})/iy;
/** An option and its value: `--password hunter2`. */
const OPTION: RegExp = /[ =]{1,2}["']?([^\s"'`<>${}-][^\s"'`<>${}]{5,127})/y;
/** An option that takes `user:password`. */
const USER_OPTION: RegExp =
  /[ =]{1,3}["']?(?:[^\s:"'${}<>]{0,64}:["']?([^\s"'${}<>]{6,128})|([^\s:"'${}<>]{10,64}):["' ])/y;

const SENTENCE_WORDS: readonly string[] = ['password', 'passphrase', 'passcode', 'passwort'];
const SECRET_WORDS: readonly string[] = [
  'api key',
  'access key',
  'secret key',
  'access token',
  'auth token',
  'api token',
  'secret',
];
const OPTION_WORDS: readonly string[] = [
  '--password',
  '--token',
  '--api-key',
  '--secret',
  '--passphrase',
  '--auth-token',
];
const USER_WORDS: readonly string[] = ['--user', '--proxy-user'];

const INDEX: WordIndex<Phrase> = new WordIndex([
  ...words(SENTENCE_WORDS, { follows: SENTENCE, strength: 'password', inProse: true }),
  ...words(SECRET_WORDS, { follows: SENTENCE, strength: 'secret', inProse: true }),
]);

/** Reports secrets given in a sentence or as an option. */
export function findSpokenSecrets(scanned: ScannedText, report: (recognised: Recognised) => void): void {
  const { text, survey } = scanned;
  for (const { end, meaning } of INDEX.find(text, survey)) reportFollowing(text, end, meaning, report);
  if (text.includes('curl')) {
    followAll(text, ' -u', { follows: USER_OPTION, strength: 'password', inProse: false }, report);
  }
  if (!text.includes('--')) return;
  for (const option of OPTION_WORDS) {
    const strength = option === '--password' || option === '--passphrase' ? 'password' : 'secret';
    followAll(text, option, { follows: OPTION, strength, inProse: false }, report);
  }
  for (const option of USER_WORDS) {
    followAll(text, option, { follows: USER_OPTION, strength: 'password', inProse: false }, report);
  }
}

function followAll(
  text: string,
  word: string,
  phrase: Phrase,
  report: (recognised: Recognised) => void,
): void {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
    reportFollowing(text, at + word.length, phrase, report);
  }
}

function reportFollowing(
  text: string,
  after: number,
  phrase: Phrase,
  report: (recognised: Recognised) => void,
): void {
  phrase.follows.lastIndex = after;
  const match = phrase.follows.exec(text);
  if (match === null) return;
  const found = match[1] ?? match[2] ?? '';
  const value = withoutSentenceEnd(found);
  if (phrase.inProse && kindsOfCharacters(value) < (phrase.strength === 'password' ? 2 : 3)) return;
  if (!looksSecret(value, phrase.strength, !phrase.inProse)) return;
  const start = after + match[0].lastIndexOf(found);
  const detail = phrase.strength === 'password' ? 'password' : 'named-secret';
  report({ kind: 'secret', detail, severity: 'high', confidence: 0.6, start, end: start + value.length });
}

function withoutSentenceEnd(value: string): string {
  return /[.,;:!?)]$/.test(value) ? value.slice(0, -1) : value;
}

function words(texts: readonly string[], meaning: Phrase): readonly IndexedWord<Phrase>[] {
  return texts.map((text) => ({ text, ignoreCase: true, meaning }));
}
