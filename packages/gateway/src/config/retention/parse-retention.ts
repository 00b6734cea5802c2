/** How long bodies are kept: `retention: {classes: {decision: 400d}}`. */
import { resolve } from 'node:path';
import {
  DEFAULT_FLOOR_MS,
  DEFAULT_GROUP,
  DEFAULT_KEEP_MS,
  isBelowFloor,
  isClassName,
  type Keeping,
  LEAST_FLOOR_MS,
  MAX_CLASSES,
  MOST_KEEP_MS,
} from '@writ/core/records';
import { invalid } from '../place.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { formatDuration, readDuration, readFields, readMap, readText } from '../shape.ts';
import type { ArchiveConfiguration, RetentionConfiguration } from './types.ts';

const KEEP_HINT =
  'write a duration such as `400d`, `keep` for as long as the log, or `{keep: 400d, archive: {…}}`';
const BUNDLES_HINT =
  'write `archive: {folder: PATH}`; what was published is archived as it was served, under no key';
const ARCHIVE_HINT = 'write `archive: {folder: PATH, keyFile: PATH}`';

interface Kept {
  readonly keep: Keeping;
  readonly archive?: ArchiveConfiguration;
}

/** `value` as the retention of a log; `folder` is where relative paths start. Throws `config.invalid`, for a class below the floor too. */
export function parseRetention(value: PlacedValue, folder: string): RetentionConfiguration {
  const fields = readFields(value, ['floor', 'default', 'classes', 'bundles', 'entries']);
  const [floor, standard, classes, bundles, entries] = [
    'floor',
    'default',
    'classes',
    'bundles',
    'entries',
  ].map((name) => fields.get(name));
  if (entries !== undefined) requireKept(entries);
  const floorMs = floor === undefined ? DEFAULT_FLOOR_MS : readDuration(floor, LEAST_FLOOR_MS, MOST_KEEP_MS);
  const read = (one: PlacedValue): Kept => readKept(one, folder, floorMs);
  const named = classes === undefined ? [] : [...readMap(classes)];
  if (classes !== undefined && named.length > MAX_CLASSES)
    throw invalid(
      classes.place,
      `${named.length} retention classes are named, at most ${MAX_CLASSES} may be`,
    );
  const kept = named.map(([name, entry]) => {
    if (isClassName(name)) return [name, read(entry.value)] as const;
    const hint = `small letters, digits and \`-\`; what all others have is \`${DEFAULT_GROUP}\` beside \`classes\``;
    throw invalid(entry.place, `\`${name.slice(0, 60)}\` is not the name of a retention class`, hint);
  });
  const others = standard === undefined ? defaultKept(value, floorMs) : read(standard);
  const served = bundles === undefined ? undefined : readBundles(bundles, folder, floorMs);
  const all = [...kept, [DEFAULT_GROUP, others] as const];
  return {
    settings: {
      floorMs,
      defaultKeep: others.keep,
      classes: Object.fromEntries(kept.map(([name, { keep }]) => [name, keep])),
      ...(served === undefined ? {} : { bundles: served.keep }),
    },
    ...(served?.archive === undefined ? {} : { bundleArchive: served.archive }),
    archives: Object.fromEntries(
      all.flatMap(([name, { archive }]) => (archive === undefined ? [] : [[name, archive]])),
    ),
  };
}

/** How long entries are served, and where their bundles are put before they are removed. */
function readBundles(
  value: PlacedValue,
  folder: string,
  floorMs: number,
): { readonly keep: Keeping; readonly archive?: string } {
  if (value.kind !== 'map') return { keep: readKeeping(value, floorMs) };
  const fields = readFields(value, ['keep', 'archive']);
  const keep = readKeeping(fields.need('keep', KEEP_HINT), floorMs);
  const archive = fields.get('archive');
  if (archive === undefined) return { keep };
  if (keep === 'keep') throw nothingArchived(archive);
  return {
    keep,
    archive: resolve(folder, readText(readFields(archive, ['folder']).need('folder', BUNDLES_HINT))),
  };
}

function nothingArchived({ place }: PlacedValue): Error {
  return invalid(place, 'nothing is archived of what is kept as long as the log', 'write a time as `keep`');
}

/** Where no default is written and the floor is higher than it would be. */
function defaultKept({ place }: PlacedValue, floorMs: number): Kept {
  if (!isBelowFloor(DEFAULT_KEEP_MS, floorMs)) return { keep: DEFAULT_KEEP_MS };
  throw invalid(
    place,
    `the floor of ${formatDuration(floorMs)} is above the ${formatDuration(DEFAULT_KEEP_MS)} that bodies are kept where nothing is said`,
    'write how long as `default`',
  );
}

function readKept(value: PlacedValue, folder: string, floorMs: number): Kept {
  if (value.kind !== 'map') return { keep: readKeeping(value, floorMs) };
  const fields = readFields(value, ['keep', 'archive']);
  const keep = readKeeping(fields.need('keep', KEEP_HINT), floorMs);
  const archive = fields.get('archive');
  if (archive === undefined) return { keep };
  if (keep === 'keep') throw nothingArchived(archive);
  return { keep, archive: readArchive(archive, folder) };
}

function readKeeping(value: PlacedValue, floorMs: number): Keeping {
  if (value.kind === 'scalar' && value.value === 'keep') return 'keep';
  const keep = readDuration(value, 1, MOST_KEEP_MS);
  if (!isBelowFloor(keep, floorMs)) return keep;
  throw invalid(
    value.place,
    `${formatDuration(keep)} is below the floor of ${formatDuration(floorMs)}`,
    'keep it longer, or write another `floor` where the law lets you',
  );
}

function readArchive(value: PlacedValue, folder: string): ArchiveConfiguration {
  const fields = readFields(value, ['folder', 'keyFile', 'bucket']);
  const bucket = fields.get('bucket');
  if (bucket !== undefined)
    throw invalid(
      bucket.place,
      'archives in a bucket are not supported',
      'name a folder, and copy it from there',
    );
  return {
    folder: resolve(folder, readText(fields.need('folder', ARCHIVE_HINT))),
    keyFile: resolve(folder, readText(fields.need('keyFile', ARCHIVE_HINT))),
  };
}

/** Rows of entries hold nothing personal, and without them nobody can replay what was decided. */
function requireKept(value: PlacedValue): void {
  if (value.kind === 'scalar' && value.value === 'keep') return;
  throw invalid(
    value.place,
    'the database always keeps entries: without them nothing that was decided could be replayed',
    'to serve them no longer than a time, write `bundles: 800d`',
  );
}
