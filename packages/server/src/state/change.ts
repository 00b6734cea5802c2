/** The one way in which a control plane changes: an entry, and the effects that commit with it, or nothing. */
import {
  type ActorKind,
  type AppendRefusal,
  type AppendResult,
  type Clock,
  type EntryDraft,
  type JsonObject,
  LOCAL_TENANT,
  type LogWriter,
  type OpenLog,
  type SignInRecord,
  type StateEffect,
} from '@writ/core';
import { Problem, type ProblemCode } from '../http/index.ts';

/** Who makes a change. */
export interface Actor {
  readonly kind: ActorKind;
  /** ULID of the person, token, node or rule; `server` for the server itself. */
  readonly id: string;
  /** Names under which a person is found when they ask what is kept of them. */
  readonly concerns: readonly string[];
}

/** What changes, and why it may. */
export interface Change {
  /** `agents.suspend`. */
  readonly action: string;
  /** ULID of the object. */
  readonly object: string;
  readonly organisation: string;
  readonly actor: Actor;
  readonly effects: readonly StateEffect[];
  /** What a person would want to read later; sealed. */
  readonly details?: JsonObject;
  /** People whom it concerns beside the actor. */
  readonly concerns?: readonly string[];
  /** Keys that it uses up: refused as `idempotency.applied` where one was used. */
  readonly consumes?: readonly string[];
  /** Records that must still be as they were read. */
  readonly records?: NonNullable<EntryDraft['conditions']>['records'];
}

/** Writes changes. */
export interface Changes {
  /**
   * Durable when it resolves; answers the index of the entry. Throws `request.changed` where an object is another by now, `idempotency.applied` where a key was used up,
   * `request.final` where what it answers is over. Then, and where the log cannot be written, nothing was changed.
   */
  commit(change: Change): Promise<number>;
  /** Whether `key` was used up by a change; whichever server made it, and whenever it was killed. Writes nothing. */
  isConsumed(key: string): Promise<boolean>;
  /** Records a session that began, ended or was refused. */
  signIn(record: SignInRecord, actor: Actor, details?: JsonObject): Promise<number>;
}

/** How long what was done is kept: as evidence of who administered what. */
const RETENTION_CLASS = 'administration';

/** The log that changes are written to. */
export interface ChangesLog {
  readonly writer: LogWriter;
  readonly isConsumed: OpenLog['isConsumed'];
}

export function createChanges({ writer, isConsumed }: ChangesLog, clock: Clock): Changes {
  const append = async (
    draft: Pick<EntryDraft, 'detail' | 'committed' | 'concerns'> & Partial<EntryDraft>,
  ): Promise<number> => {
    const result = await writer.append({
      tenant: LOCAL_TENANT,
      time: clock.now(),
      monotonicNs: clock.monotonicNs(),
      retentionClass: RETENTION_CLASS,
      ...draft,
    });
    return indexOf(result);
  };
  return {
    commit({ action, object, organisation, actor, effects, details, concerns = [], consumes, records }) {
      return append({
        detail: {
          kind: 'administration',
          administration: { action, object, organisation, actor: actor.kind },
        },
        committed: {
          actor: { kind: actor.kind, id: actor.id },
          ...(details === undefined ? {} : { change: details }),
        },
        concerns: [...new Set([...actor.concerns, ...concerns])],
        effects,
        ...(consumes === undefined ? {} : { consumes }),
        ...(records === undefined ? {} : { conditions: { records } }),
      });
    },
    isConsumed,
    signIn(signIn, actor, details) {
      return append({
        detail: { kind: 'sign_in', signIn },
        committed: {
          actor: { kind: actor.kind, id: actor.id },
          ...(details === undefined ? {} : { session: details }),
        },
        concerns: actor.concerns,
      });
    },
  };
}

const REFUSALS: Readonly<Partial<Record<AppendRefusal, readonly [ProblemCode, string]>>> = {
  conflict: ['request.changed', 'it was changed by somebody else meanwhile; read it again'],
  consumed: ['idempotency.applied', 'this change was made already; read what it made'],
  final: ['request.final', 'it was answered, withdrawn or has expired; the first final answer stands'],
  expired: ['request.final', 'it has expired'],
  legal_hold: ['request.conflict', 'a legal hold keeps it'],
};

function indexOf(result: AppendResult): number {
  if (result.status === 'committed') return result.index;
  const [code, detail] = REFUSALS[result.refusal] ?? [
    'request.conflict',
    `the record refused it: ${result.refusal}`,
  ];
  throw new Problem(code, detail);
}
