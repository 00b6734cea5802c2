/** What texts say to whoever decodes them: escapes of JSON, HTML, addresses and mail, base64 and hexadecimal, one inside another. */

/** How often what was decoded is decoded again. */
const MAX_DEPTH = 4;
/** Most texts that one is read as. */
const MAX_READINGS = 64;
/** Shorter names, in bytes, would be met by chance in what base64 and hexadecimal stand for. */
export const MIN_ENCODED_BYTES = 6;
/** Shortest run of letters that is tried as base64 or hexadecimal: fewer hold no name that is looked for there. */
const ENCODED = /[A-Za-z0-9+/_-]{8,}(?:\r?\n[A-Za-z0-9+/_-]+)*/g;
const HEXADECIMAL = /(?:[0-9A-Fa-f]{2}){6,}/g;
const LETTERS = /[^\p{Cc}\ufffd]{2,}/gu;
/** Base64 begins wherever it was put behind something else. */
const ALIGNMENTS = [0, 1, 2, 3];
/** What is put over a letter, by the ends of the names that HTML has for it. */
const ACCENTS: Readonly<Record<string, string>> = {
  grave: '\u0300',
  acute: '\u0301',
  circ: '\u0302',
  tilde: '\u0303',
  uml: '\u0308',
  ring: '\u030a',
  caron: '\u030c',
  cedil: '\u0327',
};
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  commat: '@',
  hyphen: '-',
  lowbar: '_',
  nbsp: ' ',
  period: '.',
  plus: '+',
  quot: '"',
  sol: '/',
  szlig: 'ß',
};
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** What a text says. */
export interface Readings {
  /** Escapes taken away. */
  readonly plain: readonly string[];
  /** Bytes that letters stand for, where they can be text of {@link MIN_ENCODED_BYTES} and more. */
  readonly encoded: readonly string[];
}

/** What `text` says, but for what it says as it is. Bounded: of what nests deeper, or in more ways, the rest is not read. */
export function readingsOf(text: string): Readings {
  const [plain, encoded] = [new Set<string>(), new Set<string>()];
  let found = [{ reading: text, isEncoded: false }];
  for (let depth = 0; depth < MAX_DEPTH && found.length > 0; depth += 1) {
    const next: typeof found = [];
    const take = (reading: string, isEncoded: boolean): void => {
      if (reading === text || plain.has(reading) || encoded.has(reading)) return;
      if (plain.size + encoded.size >= MAX_READINGS) return;
      (isEncoded ? encoded : plain).add(reading);
      next.push({ reading, isEncoded });
    };
    for (const { reading, isEncoded } of found) {
      for (const unescaped of unescapedOf(reading)) take(unescaped, isEncoded);
      for (const decoded of decodedOf(reading)) take(decoded, true);
    }
    found = next;
  }
  return { plain: [...plain], encoded: [...encoded] };
}

function unescapedOf(text: string): readonly string[] {
  const found: string[] = [];
  if (/[\u0080-\u{10ffff}]/u.test(text)) found.push(text.normalize('NFKC').replace(/\p{Cf}/gu, ''));
  if (text.includes('%')) found.push(bytesOf(text, /(?:%[0-9A-Fa-f]{2})+/g, '%').replaceAll('+', ' '));
  if (text.includes('\\'))
    found.push(text.replace(/\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))/g, escaped));
  if (text.includes('&'))
    found.push(text.replace(/&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z]{2,8}));/g, entity));
  if (text.includes('=')) found.push(bytesOf(text.replace(/=\r?\n/g, ''), /(?:=[0-9A-F]{2})+/g, '='));
  return found;
}

/** Runs of escaped bytes, as the UTF-8 that they are. */
function bytesOf(text: string, runs: RegExp, mark: string): string {
  return text.replace(runs, (run) => Buffer.from(run.replaceAll(mark, ''), 'hex').toString('utf8'));
}

function escaped(_all: string, code?: string, byte?: string, letter = ''): string {
  const hex = code ?? byte;
  return hex === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16));
}

function entity(all: string, decimal?: string, hex?: string, name = ''): string {
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  if (Number.isNaN(code)) return NAMED[name] ?? accented(name) ?? all;
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : all;
}

function accented(name: string): string | undefined {
  const accent = ACCENTS[name.slice(1)];
  return accent === undefined ? undefined : `${name.slice(0, 1)}${accent}`.normalize('NFC');
}

/** All runs together: a text has many, and one search over them costs less. */
function decodedOf(text: string): readonly string[] {
  const runs = (text.match(ENCODED) ?? []).map((run) => run.replace(/[\r\n]+/g, ''));
  const inBase64 = runs.length === 0 ? [] : ALIGNMENTS;
  const found = inBase64.map((skipped) =>
    runs.flatMap((run) => lettersIn(Buffer.from(run.slice(skipped), 'base64'))).join('\n'),
  );
  const inHexadecimal = (text.match(HEXADECIMAL) ?? []).flatMap((run) => lettersIn(Buffer.from(run, 'hex')));
  return [...found, inHexadecimal.join('\n')].filter((reading) => reading !== '');
}

/** What of `bytes` can be text: words that were never encoded decode to little else than noise. */
function lettersIn(bytes: Buffer): readonly string[] {
  const text = bytes.toString('utf8');
  return (text.match(LETTERS) ?? []).filter((letters) => Buffer.byteLength(letters) >= MIN_ENCODED_BYTES);
}
