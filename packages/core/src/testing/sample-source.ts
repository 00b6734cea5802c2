/** A log of any size to publish, as a store of entries would hold it. */
import { fromUtf8, utf8 } from '../kernel/index.ts';
import { sha256 } from '../kernel/crypto/index.ts';
import { createCheckpointKey, type PublishedSource } from '../audit/index.ts';
import { byteTreeHasher, Frontier, TILE_HEIGHT } from '../proof/index.ts';
import { sampleEntries } from './sample-log.ts';
import { SAMPLE_LOG_KEYS } from './log-fixture.ts';

/** The key that signs {@link sampleSource}. */
export const SAMPLE_CHECKPOINT_KEY: ReturnType<typeof createCheckpointKey> = createCheckpointKey(
  'log.example/test',
  SAMPLE_LOG_KEYS.signingKey.seed,
);

/** A source that answers at once. */
export interface SampleSource extends PublishedSource {
  checkpoint(): string | undefined;
}

/** `count` entries, `entry 0` and so on, with their tree and its signed checkpoint. Another `name` is another history. */
export function sampleSource(count: number, name = 'entry'): SampleSource {
  const hasher = byteTreeHasher(sha256);
  const entries = sampleEntries(count, name).map((bytes) => ({ bytes, leaf: hasher.leaf(bytes) }));
  const nodes = new Map<string, Uint8Array>();
  const frontier = new Frontier(hasher);
  for (const { leaf } of entries)
    frontier.append(leaf, (level, index, hash) => {
      if (level >= TILE_HEIGHT) nodes.set(`${level}/${index}`, hash);
    });
  return {
    checkpoint: () =>
      count === 0
        ? undefined
        : fromUtf8(utf8(SAMPLE_CHECKPOINT_KEY.sign(count, hasher.encode(frontier.root())))),
    nodes: (level, first, wanted) =>
      Array.from({ length: wanted }, (_, at) => nodes.get(`${level}/${first + at}`)).filter(
        (hash) => hash !== undefined,
      ),
    entries: (first, wanted) => entries.slice(first, first + wanted),
  };
}
