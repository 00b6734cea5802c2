/** How long bodies are kept, by the retention class of their entry. */
import { canonicalJson, Fault } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';

const DAY_MS = 86_400_000;
/** How long a body is kept where nothing else is said, in milliseconds: a year and the audit after it. */
export const DEFAULT_KEEP_MS: number = 400 * DAY_MS;
/** Shortest time that a class may have where no other floor is configured, in milliseconds: six months (Regulation (EU) 2024/1689, article 26, paragraph 6). */
export const DEFAULT_FLOOR_MS: number = 183 * DAY_MS;
/** Least floor, in milliseconds: what waits for a person or for its outcome still needs its body. */
export const LEAST_FLOOR_MS: number = DAY_MS;
/** Longest time that may be written, in milliseconds: a hundred years. Longer is `keep`. */
export const MOST_KEEP_MS: number = 36_500 * DAY_MS;
/** What the log says about itself, and the proof of what people consented to: kept as long as the log itself, unless configured. */
export const LOG_CLASS = 'log';
/** Stands for the bundles of entries in what tells of retention. */
export const BUNDLES_CLASS = 'bundles';
/** Stands for every class that is not named. */
export const DEFAULT_GROUP = 'default';
/** Most classes that may be named. */
export const MAX_CLASSES = 64;
/** Names that may be configured. */
const CLASS_NAME = /^[a-z][a-z0-9-]{0,63}$/;

/** How long, in milliseconds; `keep` for as long as the log. */
export type Keeping = number | 'keep';

/** What is configured of retention. Absent parts have their defaults. */
export interface RetentionSettings {
  readonly floorMs: number;
  /** Of classes that `classes` does not name. */
  readonly defaultKeep: Keeping;
  readonly classes: Readonly<Record<string, Keeping>>;
  /** How long entries are served, from the entry on; default for as long as the log. Rows and tiles stay. */
  readonly bundles?: Keeping;
}

/** Where nothing is configured. */
export const DEFAULT_RETENTION: RetentionSettings = {
  floorMs: DEFAULT_FLOOR_MS,
  defaultKeep: DEFAULT_KEEP_MS,
  classes: {},
};

/** A class with a time of its own, or all that have none. */
export interface RetentionGroup {
  /** Name of the class, or {@link DEFAULT_GROUP}. */
  readonly name: string;
  readonly keep: Keeping;
}

/** `settings`, checked. Throws `config.invalid` with `path` for a time below the floor, and a class that cannot be named. */
export function requireRetention(settings: RetentionSettings): RetentionSettings {
  const { floorMs, defaultKeep, classes, bundles = 'keep' } = settings;
  if (!Number.isSafeInteger(floorMs) || floorMs < LEAST_FLOOR_MS)
    throw invalid('floor', 'the floor of retention is less than a day');
  const names = Object.keys(classes);
  if (names.length > MAX_CLASSES)
    throw invalid('classes', `${names.length} retention classes are named, at most ${MAX_CLASSES} may be`);
  requireAbove(defaultKeep, floorMs, 'default');
  requireAbove(bundles, floorMs, 'bundles');
  for (const name of names) {
    if (!isClassName(name))
      throw invalid('classes', `\`${name.slice(0, 60)}\` is not the name of a retention class`);
    requireAbove(classes[name] as Keeping, floorMs, `classes.${name}`);
  }
  return settings;
}

/** Whether a class of this name may be configured. */
export function isClassName(name: string): boolean {
  return CLASS_NAME.test(name) && name !== DEFAULT_GROUP && name !== BUNDLES_CLASS;
}

/** Whether bodies are kept shorter than `floorMs`. */
export function isBelowFloor(keep: Keeping, floorMs: number): boolean {
  return keep !== 'keep' && !(keep >= floorMs && keep <= MOST_KEEP_MS);
}

/** The groups of which bodies are ever past their time, in the order of their names. */
export function groupsOf({ classes, defaultKeep }: RetentionSettings): readonly RetentionGroup[] {
  const named = Object.entries(classes).map(([name, keep]) => ({ name, keep }));
  return [...named, { name: DEFAULT_GROUP, keep: defaultKeep }]
    .filter(({ keep }) => keep !== 'keep')
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** The group that decides about bodies of `retentionClass`; absent where they are kept as long as the log. */
export function groupOf(
  { classes, defaultKeep }: RetentionSettings,
  retentionClass: string,
): RetentionGroup | undefined {
  const isNamed = Object.hasOwn(classes, retentionClass);
  const keep = isNamed
    ? (classes[retentionClass] as Keeping)
    : retentionClass === LOG_CLASS
      ? 'keep'
      : defaultKeep;
  return keep === 'keep' ? undefined : { name: isNamed ? retentionClass : DEFAULT_GROUP, keep };
}

/** Changes with every change of what is kept how long: then everything is looked at once more. */
export function settingsHash({ classes, defaultKeep }: RetentionSettings): string {
  return sha256Hex(canonicalJson({ classes, defaultKeep }));
}

function requireAbove(keep: Keeping, floorMs: number, path: string): void {
  if (!isBelowFloor(keep, floorMs)) return;
  throw invalid(
    path,
    `what is of \`${path}\` would be kept ${keep} ms, less than the floor of ${floorMs} ms`,
  );
}

function invalid(path: string, problem: string): Fault {
  return new Fault('config.invalid', problem, { path: `retention.${path}` });
}
