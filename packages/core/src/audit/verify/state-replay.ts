/** The state beside the log, as far as entries tell it in the clear, replayed and compared with the tables (decisions/0007). */
import { APPROVAL_WITHDRAWN, type Entry, isPermitting } from '../../model/index.ts';
import type { Problem } from '../../proof/index.ts';
import type { LogDatabase, StateTableName } from '../store/index.ts';
import { RecordReplay, type RecordRow } from './record-replay.ts';

/** What became of held decisions. */
interface Held {
  isDenied: boolean;
  isUsed: boolean;
  isWithdrawn: boolean;
  /** Keys that answered, with their answers. */
  readonly answers: Map<string, string>;
}

interface BootEnd {
  readonly counter: number;
  readonly index: number;
}

/** The state as it stands beside a log, wherever that is kept. */
export interface ReplayedState {
  readonly killEpoch: () => number;
  /** Rows of a table by the names of their columns. */
  readonly rows: (table: StateTableName) => Iterable<Readonly<Record<string, unknown>>>;
  readonly count: (table: StateTableName) => number;
  /** Index of the entry that used `key` up, as the table says. */
  readonly consumedAt: (key: string) => number | undefined;
}

/** The tables of `database`, which must be within one transaction. */
export function tablesOf(database: LogDatabase): ReplayedState {
  const selectConsumed = database.prepare('SELECT idx FROM consumed WHERE key = ?');
  const all = (sql: string): readonly Record<string, unknown>[] => database.prepare(sql).all();
  return {
    killEpoch: () => Number(all('SELECT kill_epoch FROM head')[0]?.['kill_epoch'] ?? 0),
    rows: (table) => all(`SELECT * FROM ${table}`),
    count: (table) => Number(all(`SELECT count(*) AS count FROM ${table}`)[0]?.['count']),
    consumedAt(key) {
      const row = selectConsumed.get(key);
      return row === undefined ? undefined : Number(row['idx']);
    },
  };
}

/** Most rows of one table that are named. */
const MAX_NAMED = 10;

/**
 * Takes the entries of a log in turn and compares with the tables at the end. Memory grows with open and held decisions and with boots, not with the log.
 * It needs no key, and so does not see what entries only commit to: whom a kill names, a label, the digest of an unresolved action.
 */
export class StateReplay {
  readonly #state: ReplayedState;
  readonly #origin: string;
  readonly #problems: Problem[] = [];
  readonly #held = new Map<number, Held>();
  readonly #open = new Set<number>();
  readonly #boots = new Map<string, BootEnd>();
  readonly #policies = new Set<string>();
  readonly #pins = new Set<string>();
  readonly #unknown = new Set<number>();
  readonly #records: RecordReplay;
  #size = 0;
  #consumed = 0;
  #killEpoch = 0;
  #kills = 0;

  constructor(state: ReplayedState, origin: string) {
    this.#state = state;
    this.#origin = `${origin}#`;
    this.#records = new RecordReplay(() => recordRows(state));
  }

  take(entry: Entry, index: number): void {
    this.#size = index + 1;
    this.#records.take(entry, index);
    this.#boots.set(entry.producer.boot, { counter: entry.producer.counter + 1, index });
    for (const key of entry.consumes ?? []) {
      this.#consumed += 1;
      if (this.#state.consumedAt(key) !== index)
        this.#edited('consumed', key, `is not there, though entry ${index} used it up`);
    }
    switch (entry.kind) {
      case 'decision':
        this.#takeDecision(entry, index);
        return;
      case 'outcome':
        this.#open.delete(entry.decisionOf);
        if (entry.outcome === 'unknown' && entry.code !== 'guard.cancelled') this.#unknown.add(index);
        return;
      case 'answer': {
        const held = this.#heldAt(entry.decisionOf);
        held.answers.set(entry.answer.keyId, entry.answer.answer);
        if (entry.answer.answer === 'deny') held.isDenied = true;
        return;
      }
      case 'kill':
        this.#killEpoch = entry.kill.killEpoch;
        if (entry.kill.action === 'kill') this.#kills += 1;
        for (const hold of entry.kill.withdrawn ?? []) this.#heldAt(hold).isWithdrawn = true;
        return;
      case 'policy':
        this.#policies.add(`${entry.policy.policyEpoch} ${entry.policy.policyHash}`);
        return;
      case 'pin':
        this.#pins.add(`${entry.pin.status} ${entry.pin.definitionHash}`);
        return;
      case 'key':
        // Digests that a log before left to a person.
        if (entry.key.action === 'succeed') this.#unknown.add(index);
        return;
      case 'start':
      case 'refusals':
      case 'heartbeat':
      case 'downtime':
      case 'mirror':
      case 'token':
      case 'issuer':
      case 'erasure':
      case 'legal_hold':
      case 'retention':
      case 'consent':
      case 'register':
      case 'notice':
      case 'case':
      case 'export':
      case 'body_key':
      case 'administration':
      case 'sign_in':
      case 'stop':
        return;
      default:
        entry satisfies never;
    }
  }

  /** What differs, by table and key. */
  finish(): readonly Problem[] {
    this.#compareHead();
    this.#compareBoots();
    this.#compareOpens();
    this.#compareHolds();
    this.#compareAnswers();
    this.#comparePinsAndPolicies();
    for (const row of this.#state.rows('unresolved')) {
      if (!this.#unknown.has(Number(row['idx'])))
        this.#edited(
          'unresolved',
          String(row['digest']),
          `names entry ${String(row['idx'])}, which leaves nothing to a person`,
        );
    }
    for (const { key, problem } of this.#records.finish(this.#size)) this.#edited('records', key, problem);
    const consumed = this.#state.count('consumed');
    if (consumed > this.#consumed)
      this.#edited('consumed', '', `holds ${consumed - this.#consumed} keys that no entry used up`);
    return this.#problems;
  }

  #takeDecision({ decision }: Extract<Entry, { kind: 'decision' }>, index: number): void {
    if (decision.verdict === 'step_up') this.#heldAt(index);
    if (decision.code === APPROVAL_WITHDRAWN && decision.parent?.startsWith(this.#origin) === true)
      this.#heldAt(Number(decision.parent.slice(this.#origin.length))).isWithdrawn = true;
    if (!isPermitting(decision.verdict)) return;
    if (decision.phase === 'call') this.#open.add(index);
    for (const { hold } of decision.approvals)
      if (hold.startsWith(this.#origin)) this.#heldAt(Number(hold.slice(this.#origin.length))).isUsed = true;
  }

  #heldAt(index: number): Held {
    const held = this.#held.get(index) ?? {
      isDenied: false,
      isUsed: false,
      isWithdrawn: false,
      answers: new Map(),
    };
    this.#held.set(index, held);
    return held;
  }

  #compareHead(): void {
    const epoch = this.#state.killEpoch();
    if (epoch !== this.#killEpoch)
      this.#edited('head', 'kill_epoch', `is ${epoch}, the last kill entry says ${this.#killEpoch}`);
    const kills = this.#state.count('kills');
    if (kills > this.#kills) this.#edited('kills', '', `holds ${kills} rows for ${this.#kills} kills`);
  }

  #compareBoots(): void {
    const rows = new Map([...this.#state.rows('boots')].map((row) => [String(row['boot']), row]));
    for (const boot of new Set([...rows.keys(), ...this.#boots.keys()])) {
      const [row, end] = [rows.get(boot), this.#boots.get(boot)];
      if (Number(row?.['counter']) !== end?.counter || Number(row?.['previous']) !== end?.index)
        this.#edited('boots', boot, 'is not where its last entry left it');
    }
  }

  #compareOpens(): void {
    const rows = new Set([...this.#state.rows('opens')].map((row) => Number(row['idx'])));
    for (const index of this.#open)
      if (!rows.has(index)) this.#edited('opens', String(index), 'is not there, though nothing closed it');
    for (const index of rows)
      if (!this.#open.has(index)) this.#edited('opens', String(index), 'is no open decision');
  }

  #compareHolds(): void {
    for (const row of this.#state.rows('holds')) {
      const [index, status] = [Number(row['idx']), String(row['status'])];
      const held = this.#held.get(index);
      if (held === undefined) {
        this.#edited('holds', String(index), 'is no held decision');
        continue;
      }
      const expected = statusOf(held);
      if (status !== expected)
        this.#edited('holds', String(index), `is \`${status}\`, its entries say \`${expected}\``);
    }
  }

  #compareAnswers(): void {
    const rows = new Map(
      [...this.#state.rows('answers')].map((row) => [
        `${String(row['hold'])}/${String(row['key_id'])}`,
        String(row['answer']),
      ]),
    );
    for (const [index, { answers }] of this.#held) {
      for (const [keyId, answer] of answers) {
        const key = `${index}/${keyId}`;
        if (rows.get(key) !== answer) this.#edited('answers', key, `is not the answer \`${answer}\` given`);
        rows.delete(key);
      }
    }
    for (const key of rows.keys()) this.#edited('answers', key, 'was never given');
  }

  #comparePinsAndPolicies(): void {
    for (const row of this.#state.rows('pins')) {
      const { server, tool, hash, status } = row;
      if (!this.#pins.has(`${String(status)} ${String(hash)}`))
        this.#edited('pins', `${String(server)}/${String(tool)}`, `was never \`${String(status)}\` so`);
    }
    for (const row of this.#state.rows('policies')) {
      if (!this.#policies.has(`${String(row['epoch'])} ${String(row['hash'])}`))
        this.#edited('policies', String(row['scope']), 'was never in force so');
    }
  }

  #edited(table: string, key: string, problem: string): void {
    if (this.#problems.filter(({ place }) => place === table).length >= MAX_NAMED) return;
    const row = key === '' ? '' : `row \`${key.slice(0, 120)}\` of `;
    this.#problems.push({
      code: 'state-edited',
      message: `${row}the table \`${table}\` ${problem}`,
      place: table,
    });
  }
}

function* recordRows({ rows }: ReplayedState): Generator<RecordRow> {
  for (const row of rows('records'))
    yield { collection: String(row['collection']), key: String(row['key']), index: Number(row['idx']) };
}

/** What the entries make of a hold; only one of them can have been written. */
function statusOf({ isUsed, isDenied, isWithdrawn }: Held): string {
  if (isUsed) return 'used';
  if (isDenied) return 'denied';
  return isWithdrawn ? 'withdrawn' : 'waiting';
}
