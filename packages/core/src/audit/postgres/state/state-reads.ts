/** What the rows of the state say. */
import type {
  HeldForbid,
  Hold,
  HoldAnswer,
  KillScope,
  LimitUse,
  Pin,
  RecordCollection,
  StateRecord,
} from '../../../model/index.ts';
import type { StateBox } from '../../seal/index.ts';
import {
  type ActivePolicy,
  answerPlace,
  holdPlace,
  killPlace,
  OpenedRecords,
  type SealedRecord,
  type StoredReservation,
} from '../../store/index.ts';
import type { RowSource, StateRow } from './state-rows.ts';

/** Reads of rows, committed or of a transaction. */
export class StateReads {
  readonly #rows: RowSource;
  readonly #box: StateBox;
  readonly #opened: OpenedRecords;

  constructor(rows: RowSource, box: StateBox) {
    this.#rows = rows;
    this.#box = box;
    this.#opened = new OpenedRecords(box);
  }

  policy(scope: string): ActivePolicy | undefined {
    const row = this.#rows.get('policies', [scope]);
    return row === undefined ? undefined : { epoch: Number(row[1]), policyHash: String(row[2]) };
  }

  kills(): readonly { readonly scope: KillScope; readonly id: string; readonly reason: string }[] {
    return [...this.#rows.all('kills')]
      .map(([scope, id, sealed]) => {
        const [reason = ''] = this.#box.open(killPlace(String(scope), String(id)), sealed as Uint8Array);
        return { scope: scope as KillScope, id: String(id), reason };
      })
      .sort((left, right) => compareText(left.scope, right.scope) || compareText(left.id, right.id));
  }

  isConsumed(key: string): boolean {
    return this.#rows.get('consumed', [key]) !== undefined;
  }

  hold(index: number): Hold | undefined {
    const row = this.#rows.get('holds', [index]);
    return row === undefined ? undefined : this.#holdOf(row);
  }

  holds(): readonly Hold[] {
    return [...this.#rows.all('holds')]
      .sort(([left], [right]) => Number(left) - Number(right))
      .map((row) => this.#holdOf(row));
  }

  holdFor(digest: string, timeFloor: number): Hold | undefined {
    const [row] = this.#rows
      .group('holds', digest.toWellFormed())
      .filter(([, , , , , , expires, status]) => isOpen(status) && Number(expires) >= timeFloor)
      .toSorted(([left], [right]) => Number(right) - Number(left));
    return row === undefined ? undefined : this.#holdOf(row);
  }

  pin(server: string, tool: string): Pin | undefined {
    const row = this.#rows.get('pins', [server, tool]);
    return row === undefined ? undefined : pinOf(row);
  }

  pins(server?: string): readonly Pin[] {
    return [...this.#rows.all('pins')]
      .filter(([own]) => server === undefined || own === server)
      .map(pinOf)
      .sort((left, right) => compareText(left.server, right.server) || compareText(left.tool, right.tool));
  }

  labels(session: string): { readonly labels: readonly string[]; readonly version: number } {
    const row = this.#rows.get('sessions', [session]);
    if (row === undefined) return { labels: [], version: 0 };
    return { labels: JSON.parse(String(row[1])) as string[], version: Number(row[2]) };
  }

  limitUse(key: string): LimitUse | undefined {
    const row = this.#rows.get('limits', [key]);
    return row === undefined ? undefined : { used: Number(row[1]), at: Number(row[2]) };
  }

  endedLimits(now: number, most: number): readonly string[] {
    const ended: string[] = [];
    for (const [key, , , ends] of this.#rows.all('limits')) {
      if (ended.length === most) break;
      if (Number(ends) <= now) ended.push(String(key));
    }
    return ended;
  }

  reservations(index: number): readonly StoredReservation[] {
    return this.#rows.group('reservations', index).map(([, key, terms, amount, at]) => ({
      key: String(key),
      ...(JSON.parse(String(terms)) as Pick<StoredReservation, 'measure' | 'account'>),
      amount: Number(amount),
      at: Number(at),
    }));
  }

  record(collection: RecordCollection, key: string): StateRecord | undefined {
    const row = this.#rows.get('records', [collection, key]);
    return this.#opened.open(collection, key, row === undefined ? undefined : sealedRecord(row));
  }

  records(collection: RecordCollection): readonly StateRecord[] {
    const rows = [...this.#rows.all('records')].filter(([own]) => own === collection).map(sealedRecord);
    return this.#opened.openAll(
      collection,
      rows.sort((left, right) => compareText(left.key, right.key)),
    );
  }

  isUnresolved(digest: string): boolean {
    return this.#rows.get('unresolved', [digest]) !== undefined;
  }

  #holdOf(row: StateRow): Hold {
    const [idx, digest, policyHash, forbids, requesters, created, expires, status] = row;
    const index = Number(idx);
    return {
      index,
      digest: String(digest),
      policyHash: String(policyHash),
      forbids: JSON.parse(String(forbids)) as HeldForbid[],
      requesters: this.#box.open(holdPlace(index), requesters as Uint8Array),
      created: Number(created),
      expires: Number(expires),
      status: status as Hold['status'],
      answers: this.#rows
        .group('answers', index)
        .map((answer) => this.#answerOf(index, answer))
        .sort((left, right) => left.index - right.index),
    };
  }

  #answerOf(hold: number, [, key, answer, sealed, index]: StateRow): HoldAnswer {
    const keyId = String(key);
    const details = this.#box.open(answerPlace(hold, keyId), sealed as Uint8Array);
    const [approver = '', statement = '', signature = ''] = details;
    return {
      answer: answer as HoldAnswer['answer'],
      keyId,
      approver,
      statement,
      signature,
      index: Number(index),
    };
  }
}

function isOpen(status: unknown): boolean {
  return status === 'waiting' || status === 'denied';
}

function pinOf([server, tool, hash, status, definition, acceptedHash, accepted]: StateRow): Pin {
  const pin = {
    server: String(server),
    tool: String(tool),
    definitionHash: String(hash),
    status: status as Pin['status'],
    definition: JSON.parse(String(definition)) as Pin['definition'],
  };
  if (acceptedHash === null) return pin;
  return {
    ...pin,
    accepted: {
      definitionHash: String(acceptedHash),
      definition: JSON.parse(String(accepted)) as Pin['definition'],
    },
  };
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function sealedRecord([, key, value, index]: StateRow): SealedRecord {
  return { key: String(key), value: value as Uint8Array, index: Number(index) };
}
