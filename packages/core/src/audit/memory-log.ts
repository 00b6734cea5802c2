/** A log without a disk: the same entries, rules and tree. For tests, and for measuring what the disk costs. */
import { Fault, type JsonObject, toBase64, utf8 } from '../kernel/index.ts';
import { createUlid } from '../kernel/index.ts';
import type { AppendResult, EntryDraft, LogReader, StateReader } from '../model/index.ts';
import { Frontier } from '../proof/index.ts';
import { parseEntry, pooledRandom, type PreparedEntry, prepareEntry } from './entry/index.ts';
import { type LogIdentity, type OpenLog, ownDraft } from './log.ts';
import { type BodyKey, BodySealer, openBody, printBodyRef, type SealedBody } from './seal/index.ts';
import { type LogEnd, type ProducerEnd, sequenceEntry } from './sequencer/index.ts';
import { type MemoryBodies, MemoryTables, memoryTag } from './store/index.ts';
import { type CheckpointKey, createCheckpointKey, createTextHasher } from './tree/index.ts';

/** How to make a log in memory. */
export interface MemoryLogOptions extends LogIdentity {
  /** Default: a seed drawn from `random`. */
  readonly signingKey?: { readonly seed: Uint8Array };
  /** Absent: bodies are kept as they are and entries name none, to measure what sealing costs. */
  readonly bodyKey?: BodyKey;
}

/** Makes an empty log and writes its `start` entry. Everything ends with the process. */
export function createMemoryLog(options: MemoryLogOptions): OpenLog {
  return new MemoryLog(options);
}

class MemoryLog implements OpenLog {
  readonly state: StateReader;
  readonly reader: LogReader;
  readonly writer: OpenLog['writer'];
  readonly #options: MemoryLogOptions;
  readonly #random;
  readonly #key: CheckpointKey;
  readonly #sealer: BodySealer | undefined;
  readonly #hasher = createTextHasher();
  readonly #end: LogEnd = { timeFloor: 0, witnessedSize: 0, frontier: new Frontier(this.#hasher) };
  readonly #producer: ProducerEnd;
  readonly #entries: string[] = [];
  readonly #bodies: MemoryBodies = new Map();
  readonly #tables = new MemoryTables(this.#bodies);
  #closing: Promise<void> | undefined;

  constructor(options: MemoryLogOptions) {
    this.#options = options;
    this.#random = pooledRandom(options.random);
    this.#key = createCheckpointKey(options.origin, options.signingKey?.seed ?? options.random.bytes(32));
    this.#sealer =
      options.bodyKey === undefined ? undefined : new BodySealer(options.origin, options.bodyKey);
    this.#producer = {
      id: options.node,
      boot: createUlid(options.clock, this.#random),
      counter: 0,
      previous: null,
    };
    this.state = this.#tables.reader({
      timeFloor: () => this.#end.timeFloor,
      version: () => this.#entries.length,
    });
    this.reader = {
      origin: options.origin,
      size: () => this.#entries.length,
      entry: (index) => this.#entry(index),
      concerning: (concern) => this.#concerning(memoryTag(concern)),
      body: (index) => this.#body(index),
      wrapping: (index) => toBase64(this.#tables.people.wrapping(index) ?? new Uint8Array()),
    };
    this.writer = {
      origin: options.origin,
      append: (draft) => this.#append(draft),
      close: () => this.close(),
    };
    const start = {
      softwareVersion: options.softwareVersion,
      durability: 'commit' as const,
      closedUnknown: 0,
    };
    this.#write(this.#prepare(ownDraft(options, { kind: 'start', start })));
  }

  get verifierKey(): OpenLog['verifierKey'] {
    return this.#key.verifierKey;
  }

  checkpoint(): Uint8Array {
    const { frontier } = this.#end;
    return utf8(this.#key.sign(frontier.size, this.#hasher.encode(frontier.root())));
  }

  publish(): Promise<number> {
    return Promise.resolve(this.#entries.length);
  }

  isConsumed(key: string): Promise<boolean> {
    return Promise.resolve(this.#tables.isConsumed(key));
  }

  close(): Promise<void> {
    this.#closing ??= Promise.resolve().then(() => {
      const stop = { entries: this.#entries.length - 1 };
      this.#write(this.#prepare(ownDraft(this.#options, { kind: 'stop', stop })));
    });
    return this.#closing;
  }

  async #append(draft: EntryDraft): Promise<AppendResult> {
    if (this.#closing !== undefined) throw new Fault('log.closed', 'the log is closed');
    return this.#write(this.#prepare(draft));
  }

  #prepare(draft: EntryDraft): PreparedEntry {
    return prepareEntry(draft, {
      origin: this.#options.origin,
      clock: this.#options.clock,
      random: this.#random,
    });
  }

  #write(entry: PreparedEntry): AppendResult {
    const sealed = this.#seal(entry);
    const placed = sequenceEntry(
      { tables: this.#tables, hasher: this.#hasher, end: this.#end, producer: this.#producer },
      entry,
      sealed === undefined ? undefined : printBodyRef(entry.id, sealed),
    );
    if (typeof placed === 'string') return { status: 'refused', refusal: placed };
    const { index, timeFloor } = placed;
    this.#entries.push(placed.text);
    const body = sealed ?? entry.body;
    if (body !== undefined)
      this.#bodies.set(index, { sealed: body, tags: new Set(entry.concerns.map(memoryTag)) });
    return { status: 'committed', index, receipt: `${this.#options.origin}#${index}`, timeFloor };
  }

  #seal(entry: PreparedEntry): SealedBody | undefined {
    if (this.#sealer === undefined || entry.body === undefined || entry.sealRandom === undefined)
      return undefined;
    return this.#sealer.seal(entry.body, entry.id, entry.sealRandom);
  }

  #entry(index: number): ReturnType<LogReader['entry']> {
    const text = this.#entries[index];
    if (text === undefined) throw new Fault('log.missing', `the log has no entry \`${index}\``);
    const bytes = utf8(text);
    return { bytes, entry: parseEntry(bytes) };
  }

  #concerning(tag: string): readonly number[] {
    return [...this.#bodies].filter(([, { tags }]) => tags.has(tag)).map(([index]) => index);
  }

  #body(index: number): JsonObject {
    const { entry } = this.#entry(index);
    const held = this.#bodies.get(index);
    if (held === undefined) throw new Fault('log.missing', `entry ${index} has no body`, { index });
    const body = held.sealed;
    if (body === undefined)
      throw new Fault('log.body-erased', `the body of entry ${index} was erased`, { index });
    if (typeof body === 'string') return JSON.parse(body) as JsonObject;
    const { bodyKey } = this.#options;
    return openBody(body, { entry, keys: bodyKey === undefined ? [] : [bodyKey] });
  }
}
