/** A small broker of our own for tests: one topic, one partition, in memory; TLS, SASL PLAIN and SCRAM, sequence numbers, and faults when told. It is no Kafka. */
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { type Certificate, type Refusal, refusals } from './faults.ts';
import { type ScramServer, scramServer } from './scram.ts';
import { readBatch, type WireRecord, wire, WireReader } from './wire.ts';

export const TOPIC = 'writ-events';

/** Requests that it knows, and their versions. */
const PRODUCE = 0;
const METADATA = 3;
const SASL_HANDSHAKE = 17;
const API_VERSIONS = 18;
const INIT_PRODUCER_ID = 22;
const SASL_AUTHENTICATE = 36;
const VERSIONS: readonly (readonly [key: number, version: number])[] = [
  [PRODUCE, 7],
  [METADATA, 5],
  [SASL_HANDSHAKE, 1],
  [API_VERSIONS, 1],
  [INIT_PRODUCER_ID, 1],
  [SASL_AUTHENTICATE, 1],
];

/** What is known of one connection. */
interface Session {
  isKnown: boolean;
  scram?: ScramServer;
}

export interface SmallBrokerOptions {
  readonly port: number;
  readonly certificate: Certificate;
  readonly user: string;
  readonly password: string;
}

/** A broker that listens once it is started. */
export class SmallBroker {
  readonly #options: SmallBrokerOptions;
  readonly #sockets = new Set<TLSSocket>();
  readonly #stored: WireRecord[] = [];
  readonly #sequences = new Map<bigint, number>();
  #server: Server | undefined;
  #nextProducer = 1n;
  /** How many more records are taken. */
  room: number = Number.POSITIVE_INFINITY;
  /** It reads and answers nothing. */
  isHanging = false;
  /** The next batch is stored, and its answer never sent. */
  losesAnswer = false;
  /** What is answered to a batch instead of storing it. */
  refuses: Refusal | undefined;
  hasTopic = true;

  constructor(options: SmallBrokerOptions) {
    this.#options = options;
  }

  get address(): string {
    return `127.0.0.1:${this.#options.port}`;
  }

  get stored(): readonly WireRecord[] {
    return this.#stored;
  }

  async start(): Promise<void> {
    const { port, certificate } = this.#options;
    const server = createServer(certificate, (socket) => this.#serve(socket));
    server.on('tlsClientError', () => {});
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
  }

  /** Ends at once; what is stored stays. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.isHanging = false;
    for (const socket of this.#sockets) socket.destroy();
    if (server === undefined) return;
    server.close();
    await once(server, 'close');
  }

  #serve(socket: TLSSocket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const session: Session = { isKnown: false };
    let waiting = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 4 && waiting.length >= 4 + waiting.readInt32BE(0)) {
        const end = 4 + waiting.readInt32BE(0);
        const request = waiting.subarray(4, end);
        waiting = waiting.subarray(end);
        if (!this.isHanging) this.#answer(socket, session, new WireReader(request));
      }
    });
  }

  #answer(socket: TLSSocket, session: Session, request: WireReader): void {
    const key = request.int16();
    const version = request.int16();
    const correlation = request.int32();
    request.string(); // client
    const answer = this.#respond({ key, version, session, request });
    if (answer === undefined) socket.destroy();
    else socket.write(wire.block(Buffer.concat([wire.int32(correlation), answer])));
  }

  #respond(asked: {
    readonly key: number;
    readonly version: number;
    readonly session: Session;
    readonly request: WireReader;
  }): Buffer | undefined {
    const { key, version, session, request } = asked;
    if (key === API_VERSIONS) return versionsFor(version);
    if (key === SASL_HANDSHAKE) return this.#handshake(session, request);
    if (key === SASL_AUTHENTICATE) return this.#authenticate(session, request);
    if (!session.isKnown) return undefined;
    switch (key) {
      case METADATA:
        return this.#metadata();
      case INIT_PRODUCER_ID:
        this.#nextProducer += 1n;
        return Buffer.concat([wire.int32(0), wire.int16(0), wire.int64(this.#nextProducer), wire.int16(0)]);
      case PRODUCE:
        return this.#produce(request);
      default:
        return undefined;
    }
  }

  #handshake(session: Session, request: WireReader): Buffer {
    const mechanism = request.string();
    if (mechanism !== 'PLAIN') session.scram = scramServer(mechanism, this.#options.password);
    return Buffer.concat([wire.int16(0), wire.array([wire.string(mechanism)])]);
  }

  #authenticate(session: Session, request: WireReader): Buffer {
    const message = request.bytes(request.int32()).toString('utf8');
    const answer = session.scram === undefined ? this.#plain(message) : session.scram(message);
    session.isKnown =
      session.scram === undefined ? answer !== undefined : (answer?.startsWith('v=') ?? false);
    return Buffer.concat([
      wire.int16(answer === undefined ? refusals.SASL_AUTHENTICATION_FAILED : 0),
      // A real broker may say what it likes here.
      wire.string(answer === undefined ? `not the password: ${message}` : null),
      wire.block(Buffer.from(answer ?? '')),
      wire.int64(0n),
    ]);
  }

  #plain(message: string): string | undefined {
    const [, user, password] = message.split('\0');
    return user === this.#options.user && password === this.#options.password ? '' : undefined;
  }

  #metadata(): Buffer {
    const node = wire.int32(1);
    const partition = Buffer.concat([
      wire.int16(0),
      wire.int32(0),
      node,
      wire.array([node]),
      wire.array([node]),
      wire.array([]),
    ]);
    const broker = Buffer.concat([
      node,
      wire.string('127.0.0.1'),
      wire.int32(this.#options.port),
      wire.string(null),
    ]);
    const topic = Buffer.concat([
      wire.int16(this.hasTopic ? 0 : refusals.UNKNOWN_TOPIC_OR_PARTITION),
      wire.string(TOPIC),
      wire.int8(0),
      wire.array(this.hasTopic ? [partition] : []),
    ]);
    return Buffer.concat([
      wire.int32(0),
      wire.array([broker]),
      wire.string('small'),
      node,
      wire.array([topic]),
    ]);
  }

  #produce(request: WireReader): Buffer | undefined {
    request.string(); // transaction
    const acks = request.int16();
    request.int32(); // timeout
    let error = acks === -1 ? 0 : refusals.INVALID_REQUIRED_ACKS;
    request.array(() => {
      request.string(); // topic
      request.array(() => {
        request.int32(); // partition
        error ||= this.#store(request.bytes(request.int32()));
      });
    });
    if (error === 0 && this.losesAnswer) {
      this.losesAnswer = false;
      return undefined;
    }
    const partition = Buffer.concat([
      wire.int32(0),
      wire.int16(error),
      wire.int64(0n),
      wire.int64(-1n),
      wire.int64(0n),
    ]);
    const topic = Buffer.concat([wire.string(TOPIC), wire.array([partition])]);
    return Buffer.concat([wire.array([topic]), wire.int32(0)]);
  }

  /** Stores a batch, unless its sequence number says that it is here already. Answers the code of an error, 0 for none. */
  #store(bytes: Buffer): number {
    const { producerId, baseSequence, records } = readBatch(bytes);
    if (this.refuses !== undefined) return refusals[this.refuses];
    const next = this.#sequences.get(producerId) ?? 0;
    if (baseSequence < next) return 0;
    if (baseSequence > next) return refusals.OUT_OF_ORDER_SEQUENCE_NUMBER;
    if (records.length > this.room) return refusals.NOT_ENOUGH_REPLICAS;
    this.room -= records.length;
    this.#sequences.set(producerId, next + records.length);
    this.#stored.push(...records);
    return 0;
  }
}

/** Versions before the compact ones; asked in a newer one, it says that it does not know that, as brokers do. */
function versionsFor(version: number): Buffer {
  const known = VERSIONS.map(([key, one]) =>
    Buffer.concat([wire.int16(key), wire.int16(one), wire.int16(one)]),
  );
  const error = version > 2 ? refusals.UNSUPPORTED_VERSION : 0;
  const throttle = version >= 1 && version <= 2 ? [wire.int32(0)] : [];
  return Buffer.concat([wire.int16(error), wire.array(known), ...throttle]);
}
