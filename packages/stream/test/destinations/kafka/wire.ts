/** The few types of Kafka's protocol that a producer's requests and answers are made of, in versions before compact ones. */

/** Reads one message from its beginning. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  int8(): number {
    return this.#bytes.readInt8(this.#take(1));
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8));
  }

  /** Zigzag in base 128. */
  varint(): number {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) break;
    }
    return Number((value >> 1n) ^ -(value & 1n));
  }

  /** `length` bytes; none for -1. */
  bytes(length: number): Buffer {
    const size = Math.max(0, length);
    const from = this.#take(size);
    return this.#bytes.subarray(from, from + size);
  }

  string(): string {
    return this.bytes(this.int16()).toString('utf8');
  }

  array<Item>(read: () => Item): readonly Item[] {
    return Array.from({ length: Math.max(0, this.int32()) }, read);
  }

  #take(length: number): number {
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new Error('a message ends before its values do');
    return from;
  }
}

/** Big-endian values one after another. */
export const wire = {
  int8: (value: number): Buffer => Buffer.of(value & 0xff),
  int16(value: number): Buffer {
    const bytes = Buffer.alloc(2);
    bytes.writeInt16BE(value);
    return bytes;
  },
  int32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  },
  int64(value: bigint): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    return bytes;
  },
  string(value: string | null): Buffer {
    if (value === null) return wire.int16(-1);
    const bytes = Buffer.from(value);
    return Buffer.concat([wire.int16(bytes.length), bytes]);
  },
  block: (bytes: Buffer): Buffer => Buffer.concat([wire.int32(bytes.length), bytes]),
  array: (items: readonly Buffer[]): Buffer => Buffer.concat([wire.int32(items.length), ...items]),
};

/** One record. */
export interface WireRecord {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A batch of records, version 2. */
export interface WireBatch {
  readonly producerId: bigint;
  readonly baseSequence: number;
  readonly records: readonly WireRecord[];
}

/** Reads a batch; its checksum is compared by a real broker's test, not here. */
export function readBatch(bytes: Buffer): WireBatch {
  const reader = new WireReader(bytes);
  reader.int64(); // base offset
  reader.int32(); // length
  reader.int32(); // leader epoch
  const magic = reader.int8();
  if (magic !== 2) throw new Error(`a batch of version ${magic}`);
  reader.int32(); // checksum
  reader.int16(); // attributes
  reader.int32(); // last offset
  reader.int64(); // first timestamp
  reader.int64(); // last timestamp
  const producerId = reader.int64();
  reader.int16(); // producer epoch
  const baseSequence = reader.int32();
  return { producerId, baseSequence, records: reader.array(() => readRecord(reader)) };
}

function readRecord(batch: WireReader): WireRecord {
  const reader = new WireReader(batch.bytes(batch.varint()));
  reader.int8(); // attributes
  reader.varint(); // timestamp
  reader.varint(); // offset
  const text = (): string => reader.bytes(reader.varint()).toString('utf8');
  const key = text();
  const value = text();
  const headers = Array.from({ length: reader.varint() }, () => [text(), text()] as const);
  return { key, value, headers: Object.fromEntries(headers) };
}
