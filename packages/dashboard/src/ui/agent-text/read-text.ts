/** Text that agents wrote, taken apart so that nothing in it can look other than it is. */

/** A piece of such text: drawn as it is, as a mark in place of what cannot be seen, or as a word that is not what it looks like. */
export type Piece =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'mark'; readonly code: string; readonly name: string }
  | { readonly kind: 'mixed'; readonly text: string; readonly why: string };

/** Text as pieces, and how much was left out. */
export interface ReadText {
  readonly pieces: readonly Piece[];
  /** Characters (UTF-16) after the last that is shown. */
  readonly left: number;
}

/** Names of what hides most often; the others are named by their kind. */
const NAMES: Readonly<Record<string, string>> = {
  '\u00a0': 'no-break space',
  '\u00ad': 'soft hyphen',
  '\u034f': 'combining grapheme joiner',
  '\u061c': 'arabic letter mark',
  '\u200b': 'zero-width space',
  '\u200c': 'zero-width non-joiner',
  '\u200d': 'zero-width joiner',
  '\u200e': 'left-to-right mark',
  '\u200f': 'right-to-left mark',
  '\u202a': 'left-to-right embedding',
  '\u202b': 'right-to-left embedding',
  '\u202c': 'end of directional formatting',
  '\u202d': 'left-to-right override',
  '\u202e': 'right-to-left override',
  '\u2060': 'word joiner',
  '\u2066': 'left-to-right isolate',
  '\u2067': 'right-to-left isolate',
  '\u2068': 'first strong isolate',
  '\u2069': 'end of isolate',
  '\u2800': 'blank braille pattern',
  '\u3164': 'hangul filler',
  '\ufeff': 'zero-width no-break space',
  '\n': 'line break',
  '\t': 'tab',
  '\r': 'carriage return',
};

/** Characters of no width, of no ink, of no meaning, or that turn what stands around them. */
const UNSEEN =
  // oxlint-disable-next-line no-misleading-character-class -- single code points, listed one by one
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u034f\u115f\u1160\u2800\u3164\uffa0]|(?! )\p{Zs}/u;
/** Marks piled upon one letter, beyond what any language does. */
const PILED = /\p{M}{4,}/gu;
const WORD = /[\p{L}\p{M}\p{N}_]+/gu;

/** Scripts that are told apart; those written together are one. */
const SCRIPTS: readonly (readonly [name: string, RegExp])[] = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
  ['Georgian', /\p{Script=Georgian}/u],
  ['Lisu', /\p{Script=Lisu}/u],
  ['Coptic', /\p{Script=Coptic}/u],
  [
    'East Asian',
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u,
  ],
];
/** Letters of other scripts that look like Latin ones. */
const LOOKS_LATIN = /^[аеорсухіјѕһԁԛԝвкмнтАВЕКМНОРСТУХІЈЅαοιρυκνΑΒΕΖΗΙΚΜΝΟΡΤΥΧՕօոսցһ0-9_]+$/u;
const LATIN = /\p{Script=Latin}/u;

/** Takes `text` apart, as far as `limit` characters. `isMultiline`: lines and tabs are drawn as what they are. */
export function readText(text: string, limit: number, isMultiline: boolean): ReadText {
  const shown = text.slice(0, endBefore(text, limit));
  const hasLatin = LATIN.test(shown);
  const pieces: Piece[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') pieces.push(...words(plain, hasLatin));
    plain = '';
  };
  for (const character of shown) {
    const isLine = isMultiline && (character === '\n' || character === '\t');
    if (isLine || !UNSEEN.test(character)) {
      plain += character;
      continue;
    }
    flush();
    pieces.push(markOf(character));
  }
  flush();
  return { pieces, left: text.length - shown.length };
}

/** Whether `text` holds anything that is marked. */
export function isMarked(text: string): boolean {
  return readText(text, text.length, true).pieces.some(({ kind }) => kind !== 'plain');
}

/** Not within a character of two units. */
function endBefore(text: string, limit: number): number {
  const last = text.charCodeAt(limit - 1);
  return last >= 0xd800 && last <= 0xdbff && limit < text.length ? limit - 1 : limit;
}

function markOf(character: string): Piece {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return { kind: 'mark', code, name: NAMES[character] ?? kindOf(character) };
}

function kindOf(character: string): string {
  if (/\p{Cc}/u.test(character)) return 'control character';
  if (/\p{Cf}/u.test(character)) return 'invisible formatting character';
  if (/\p{Cs}/u.test(character)) return 'half of a character';
  if (/\p{Co}/u.test(character)) return 'private-use character';
  if (/\p{Cn}/u.test(character)) return 'unassigned character';
  return 'blank or invisible character';
}

function words(text: string, hasLatin: boolean): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  const clean = text.replaceAll(PILED, (marks) => [...marks].slice(0, 3).join(''));
  for (const { 0: word, index } of clean.matchAll(WORD)) {
    const why = whyMixed(word, hasLatin);
    if (why === undefined) continue;
    if (index > end) pieces.push({ kind: 'plain', text: clean.slice(end, index) });
    pieces.push({ kind: 'mixed', text: word, why });
    end = index + word.length;
  }
  if (end < clean.length) pieces.push({ kind: 'plain', text: clean.slice(end) });
  return pieces;
}

/** Why a word is not what it looks like; a word is nothing else than letters, marks, digits and `_`. */
function whyMixed(word: string, hasLatin: boolean): string | undefined {
  const found = SCRIPTS.filter(([, script]) => script.test(word)).map(([name]) => name);
  if (found.length > 1) return `letters of several scripts: ${found.join(', ')}`;
  const [script] = found;
  if (script !== undefined && script !== 'Latin' && LOOKS_LATIN.test(word) && (hasLatin || word.length > 2))
    return `${script} letters that look like Latin ones`;
  const folded = word.normalize('NFKC');
  // oxlint-disable-next-line no-control-regex -- ASCII as it is defined
  if (folded !== word && /^[\x00-\x7f]+$/.test(folded)) return `other forms of the letters \`${folded}\``;
  return undefined;
}
