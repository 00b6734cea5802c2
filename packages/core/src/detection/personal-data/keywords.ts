/** Words that say what a number beside them is. A shape without such a word is not reported. */
import type { ScannedText } from '../text/index.ts';
import { type IndexedWord, WordIndex, wordsAt } from '../survey/index.ts';

/** What a keyword announces. */
export type Topic =
  | 'card'
  | 'ssn'
  | 'passport'
  | 'driving-licence'
  | 'nino'
  | 'tax-id'
  | 'id-card'
  | 'version';

const WORDS: Readonly<Record<Topic, readonly string[]>> = {
  card: [
    'card',
    'credit',
    'debit',
    'visa',
    'mastercard',
    'maestro',
    'amex',
    'cc',
    'pan',
    'karte',
    'kreditkarte',
    'tarjeta',
    'carte',
  ],
  ssn: [
    'ssn',
    'social security',
    'social_security',
    'soc sec',
    'itin',
    'taxpayer',
    'tax id',
    'security number',
  ],
  passport: [
    'passport',
    'reisepass',
    'pass-nr',
    'passnummer',
    'passeport',
    'pasaporte',
    'passaporto',
    'travel document',
  ],
  'driving-licence': [
    'driver',
    'driving',
    'licence',
    'license',
    'führerschein',
    'fuehrerschein',
    'führerscheinnummer',
    'permis',
    'dl#',
    'dl no',
    'dl number',
  ],
  nino: ['nino', 'national insurance', 'national_insurance', 'ni number', 'ni no'],
  'tax-id': ['steuer', 'steuerid', 'idnr', 'tin', 'identifikationsnummer', 'tax id', 'tax_id', 'taxid'],
  'id-card': ['ausweis', 'personalausweis', 'identity card', 'id card', 'identitätskarte'],
  version: ['version', 'ver', 'release', 'build', 'firmware', 'revision'],
};

const INDEX: WordIndex<Topic> = new WordIndex(
  (Object.keys(WORDS) as Topic[]).flatMap((topic) =>
    WORDS[topic].map((text): IndexedWord<Topic> => ({ text, ignoreCase: true, meaning: topic })),
  ),
);

/** How far before a number its keyword may stand, and how far after. */
const REACH_BEFORE = 60;
const REACH_AFTER = 25;

/** Where keywords stand in one text. */
export interface Keywords {
  /** Whether a keyword of `topic` stands near `at`, or names the property whose value the text is. */
  near(topic: Topic, at: number): boolean;
  /** Stretches of text near keywords of `topic`, in order, not overlapping. */
  stretches(topic: Topic): readonly { readonly start: number; readonly end: number }[];
}

/** Finds the keywords of `scanned` and of the name it stands under. */
export function keywordsOf(scanned: ScannedText): Keywords {
  const { text, name } = scanned;
  const places = new Map<Topic, number[]>();
  for (const { start, meaning } of INDEX.find(text, scanned.survey)) {
    const known = places.get(meaning);
    if (known === undefined) places.set(meaning, [start]);
    else known.push(start);
  }
  let named: ReadonlySet<Topic> | undefined;
  const isNamed = (topic: Topic): boolean => {
    named ??= topicsOfName(name);
    return named.has(topic);
  };
  return {
    near: (topic, at) => isNear(places.get(topic), at) || isNamed(topic),
    stretches: (topic) =>
      isNamed(topic) ? [{ start: 0, end: text.length }] : stretchesAround(places.get(topic), text.length),
  };
}

const NO_TOPICS: ReadonlySet<Topic> = new Set();
/** Names whose topics are remembered: a tool's arguments have the same few at each call. When that many are known, all are forgotten. */
const MAX_KEPT_NAMES = 1_024;
const TOPICS = new Map<string, ReadonlySet<Topic>>();

function topicsOfName(name: string | undefined): ReadonlySet<Topic> {
  if (name === undefined || name.length > 64) return NO_TOPICS;
  const known = TOPICS.get(name);
  if (known !== undefined) return known;
  const topics = topicsIn(name);
  if (TOPICS.size >= MAX_KEPT_NAMES) TOPICS.clear();
  TOPICS.set(name, topics);
  return topics;
}

function topicsIn(name: string): ReadonlySet<Topic> {
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_-]/g, ' ');
  const topics = new Set<Topic>();
  const starts = [0];
  for (let at = 1; at < spaced.length; at += 1) if (spaced[at - 1] === ' ') starts.push(at);
  for (const { meaning } of INDEX.find(spaced, wordsAt(spaced, starts))) topics.add(meaning);
  return topics;
}

/** Binary search for the first place that is not too far before `at`. */
function isNear(places: readonly number[] | undefined, at: number): boolean {
  if (places === undefined) return false;
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as number) < at - REACH_BEFORE) low = middle + 1;
    else high = middle;
  }
  return low < places.length && (places[low] as number) <= at + REACH_AFTER;
}

function stretchesAround(
  places: readonly number[] | undefined,
  length: number,
): readonly { readonly start: number; readonly end: number }[] {
  const stretches: { start: number; end: number }[] = [];
  for (const place of places ?? []) {
    const start = Math.max(0, place - REACH_AFTER);
    const end = Math.min(length, place + REACH_BEFORE + 20);
    const before = stretches.at(-1);
    if (before !== undefined && start <= before.end) before.end = end;
    else stretches.push({ start, end });
  }
  return stretches;
}
