/** What a node says that is wrong with it, as its operator would see it there: a closed list, in words that hold nothing of what agents did. */
import type { Clock } from '@writ/core';
import type { RetentionStanding } from '@writ/core/records';
import type { DestinationState } from '@writ/stream';

/** One thing that is wrong. */
export type Trouble =
  /** The last entry could not be written; nothing more was permitted then. */
  | { readonly kind: 'log' }
  /** The log could not be published. */
  | { readonly kind: 'publish' }
  /** Witnesses that are enough did not cosign. */
  | { readonly kind: 'witness' }
  /** Retention did not come to its end, or has not for days. */
  | { readonly kind: 'retention' }
  /** A destination takes nothing, or is behind. `name`: as the configuration calls it. */
  | { readonly kind: 'export'; readonly name: string };

/** What troubles are read from; what is absent has none. */
export interface TroubleParts {
  readonly isLogFailing: () => boolean;
  readonly publishing: FaultMemory;
  readonly witnessing: FaultMemory;
  readonly unwitnessedSeconds: () => number | undefined;
  readonly retention: () => RetentionStanding;
  readonly destinations: () => ReadonlyMap<string, DestinationState>;
}

/** Remembers whether something that is tried again and again failed lately. */
export interface FaultMemory {
  note(): void;
  isRecent(): boolean;
}

/** A failure is over where none came for so long, in milliseconds: witnesses tell of theirs once a minute. */
export const RECENT_MS = 180_000;
/** Without enough witnesses for so long, in seconds, somebody is to look. */
const UNWITNESSED_S = 300;
/** Most destinations that are told of. */
const MAX_DESTINATIONS = 32;
const NS_PER_MS = 1_000_000n;

export function faultMemory({ monotonicNs }: Pick<Clock, 'monotonicNs'>): FaultMemory {
  let last: bigint | undefined;
  return {
    note: () => (last = monotonicNs()),
    isRecent: () => last !== undefined && monotonicNs() - last < BigInt(RECENT_MS) * NS_PER_MS,
  };
}

/** What is wrong now. */
export function troublesOf(parts: TroubleParts): readonly Trouble[] {
  const { isLogFailing, publishing, witnessing, unwitnessedSeconds, retention, destinations } = parts;
  const isUnwitnessed = witnessing.isRecent() && (unwitnessedSeconds() ?? 0) >= UNWITNESSED_S;
  const stopped = [...destinations()]
    .filter(([, state]) => state.phase === 'stopped' || (state.phase !== 'standby' && state.isBehind))
    .slice(0, MAX_DESTINATIONS);
  return [
    ...(isLogFailing() ? [{ kind: 'log' } as const] : []),
    ...(publishing.isRecent() ? [{ kind: 'publish' } as const] : []),
    ...(isUnwitnessed ? [{ kind: 'witness' } as const] : []),
    ...(retention().status === 'running' ? [] : [{ kind: 'retention' } as const]),
    ...stopped.map(([name]) => ({ kind: 'export', name }) as const),
  ];
}
