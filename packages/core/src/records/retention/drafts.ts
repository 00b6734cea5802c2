/** The entries that retention writes. Nothing in them is personal, and they have no bodies. */
import { canonicalJson, type JsonValue } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import type { EntryDetail, EntryDraft, ErasedBody } from '../../model/index.ts';
import { LOG_CLASS } from './classes.ts';
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
