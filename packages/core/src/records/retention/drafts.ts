/** The entries that retention writes. Nothing in them is personal, and they have no bodies. */
import { canonicalJson, type JsonValue } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import type { EntryDetail, EntryDraft, ErasedBody } from '../../model/index.ts';
import { BUNDLES_CLASS, LOG_CLASS } from './classes.ts';
import type { RetentionPorts } from './ports.ts';
import { type UnfinishedBatch, rangesOf } from './progress/index.ts';

type DraftPorts = Pick<RetentionPorts, 'clock' | 'tenant'>;

/** Destroys `bodies`, which rise by index, at most 512 of them. */
export function erasureDraft(ports: DraftPorts, bodies: readonly ErasedBody[]): EntryDraft {
  const destroyed = rangesOf(bodies.map(({ index }) => index));
  const erasure = { cause: 'retention', destroyed, resealed: [], bodies: bodies.length } as const;
  return { ...draft(ports, { kind: 'erasure', erasure }), effects: [{ type: 'erase', bodies }] };
}

/** Tells what became of a batch. A second one that tells the same is refused as `consumed`. */
export function retentionDraft(
  ports: DraftPorts,
  { group, before, held, until, indexes, archive }: UnfinishedBatch,
  destroyed: number,
): EntryDraft {
  const retention = {
    class: group,
    before,
    destroyed,
    held,
    ...(archive === undefined ? {} : { archive: { hash: archive.hash, bodies: archive.bodies } }),
  };
  const batch = sha256Hex(canonicalJson([group, before, until, indexes] as unknown as JsonValue));
  return { ...draft(ports, { kind: 'retention', retention }), consumes: [`retention:${batch}`] };
}

/** What is told of bundles that are to be removed. */
export interface PrunedBundlesNote {
  /** Bundles of entries below go. */
  readonly below: number;
  readonly before: number;
  /** Entries past their time that stay, from the first on that a legal hold keeps. */
  readonly held: number;
  /** Bundles that go by this entry. */
  readonly pruned: number;
  readonly archive: { readonly hash: string; readonly bundles: number } | undefined;
}

/** Tells of bundles before they are removed. A second one that tells the same is refused as `consumed`. */
export function bundlesDraft(
  ports: DraftPorts,
  { below, before, held, pruned, archive }: PrunedBundlesNote,
): EntryDraft {
  const retention = {
    class: BUNDLES_CLASS,
    before,
    destroyed: pruned,
    held,
    minimumIndex: below,
    ...(archive === undefined ? {} : { archive: { hash: archive.hash, bodies: archive.bundles } }),
  };
  return { ...draft(ports, { kind: 'retention', retention }), consumes: [`retention:bundles:${below}`] };
}

function draft({ clock, tenant }: DraftPorts, detail: EntryDetail): EntryDraft {
  return {
    detail,
    tenant,
    time: clock.now(),
    monotonicNs: clock.monotonicNs(),
    retentionClass: LOG_CLASS,
    committed: {},
    concerns: [],
  };
}
