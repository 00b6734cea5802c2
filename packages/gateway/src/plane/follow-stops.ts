/** Follows the stops of the control plane: a question that is held until they change, and switches in the node’s own log, which every process on it reads. */
import {
  describeFault,
  Fault,
  fromUtf8,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  KILL_REASONS,
  KILL_SCOPES,
  killEpochOf,
  type KillPlace,
  type KillReason,
  type KillScope,
  parseStrictJson,
  releaseKill,
  type StateReader,
  throwKill,
} from '@writ/core';
import type { PlaneClient } from './plane-client.ts';

/** How long the control plane may hold a question, in seconds; an answer that is late by more than that is none. */
const WAIT_SECONDS = 25;
const TIMEOUT_MS = 40_000;
/** Time between two failures, doubled up to the longest, in milliseconds: a plane that comes back is heard soon. */
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
/** Least time between two questions, in milliseconds, whatever the control plane answers. */
const LEAST_MS = 50;
/** How often it is looked whether somebody let go here of what the plane stops, in milliseconds. */
const LOOK_MS = 1_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** Begins the words of switches that the control plane placed, and no others: those alone it lifts. */
const MARK = /^by the control plane \(([0-7][0-9A-HJKMNP-TV-Z]{25})\): /;

/** What a follower stands on. */
export interface StopFollowerOptions {
  readonly client: PlaneClient;
  /** The node’s own log. */
  readonly place: KillPlace & { readonly state: StateReader };
  /** Told of what failed, once, and of the control plane coming back. */
  readonly report: (line: string, level?: 'info') => void;
  /** Resolves after `ms`, or as soon as `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** One that follows. */
export interface StopFollower {
  /** Resolves once the control plane was asked for the first time, and what it told is in force; as well where it did not answer. Never rejects. */
  readonly asked: Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** What an answer tells. */
interface ToldStops {
  readonly known: readonly NodeStop[];
  /** Whether nothing else is in it: of what is not understood nobody says that it was lifted. */
  readonly isWhole: boolean;
}

interface NodeStop {
  readonly stop: string;
  readonly scope: KillScope;
  readonly target: string;
  readonly reason: KillReason;
  readonly words: string;
}

/** Begins to follow. Where the control plane cannot be reached, everything that it stopped stays stopped. */
export function followStops(options: StopFollowerOptions): StopFollower {
  const follower = new Follower(options);
  const running = Promise.all([follower.ask(), follower.look()]);
  return {
    asked: follower.asked,
    async close() {
      follower.end();
      await running;
    },
  };
}

class Follower {
  readonly #options: StopFollowerOptions;
  readonly #ending = new AbortController();
  readonly #asked = Promise.withResolvers<void>();
  #stops: readonly NodeStop[] | undefined;
  #tag: string | undefined;
  #told: string | undefined;
  #epoch: number | undefined;
  /** Of the question under way. */
  #asking: AbortController | undefined;
  /** One change of the switches after another. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: StopFollowerOptions) {
    this.#options = options;
  }

  get asked(): Promise<void> {
    return this.#asked.promise;
  }

  end(): void {
    this.#ending.abort();
  }

  async ask(): Promise<void> {
    const { signal } = this.#ending;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      const isTaken = await this.#once();
      this.#asked.resolve();
      await this.#options.pause(isTaken ? LEAST_MS : retryMs, signal);
      retryMs = isTaken ? FIRST_RETRY_MS : Math.min(retryMs * 2, LONGEST_RETRY_MS);
    }
  }

  /** What somebody lets go of here is stopped again for as long as the control plane stops it. */
  async look(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await this.#options.pause(LOOK_MS, signal);
      if (signal.aborted || this.#stops === undefined) continue;
      try {
        if (killEpochOf(this.#options.place.state) === this.#epoch) continue;
        // Another process may have heard of a stop: the control plane is asked anew whether it stands.
        if (await this.#settle()) this.#asking?.abort();
      } catch (problem) {
        this.#tell(problem);
      }
    }
  }

  async #once(): Promise<boolean> {
    const { client } = this.#options;
    const asking = new AbortController();
    this.#asking = asking;
    try {
      // INVARIANT: an answer lifts only what was thrown before the question: another process of this node may have heard of a stop since.
      const before = this.#thrown();
      const { status, headers, body } = await client.send({
        method: 'GET',
        path: `/v1/node/stops?wait=${this.#tag === undefined ? 0 : WAIT_SECONDS}`,
        headers: this.#tag === undefined ? {} : { 'if-none-match': this.#tag },
        signal: AbortSignal.any([this.#ending.signal, asking.signal]),
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_ANSWER_BYTES,
      });
      if (status === 200) {
        const { known, isWhole } = readStops(fromUtf8(body));
        this.#stops = known;
        await this.#settle(isWhole ? before : undefined);
        if (!isWhole)
          throw new Fault(
            'upstream.protocol',
            'the control plane told stops that this version does not know; the others are in force',
          );
        // INVARIANT: to ask with the tag is to say that all of it is in force here.
        this.#tag = headers['etag'];
      } else if (status !== 304 || this.#tag === undefined)
        throw new Fault('upstream.protocol', `the control plane answered ${status} when asked for its stops`);
      this.#tell(undefined);
      return this.#tag !== undefined;
    } catch (problem) {
      this.#tag = undefined;
      if (asking.signal.aborted) return true;
      if (!this.#ending.signal.aborted) this.#tell(problem);
      return false;
    }
  }

  /** Words of the switches that are thrown, by what they stop. */
  #thrown(): ReadonlyMap<string, string> {
    const kills = this.#options.place.state.kills();
    return new Map(kills.map(({ scope, id, reason }) => [keyOf(scope, id), reason]));
  }

  #settle(before?: ReadonlyMap<string, string>): Promise<boolean> {
    const turn = this.#turn.then(() => this.#settleNow(before));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Throws what is wanted, and lets go of what is not and stands in `before`; without it of nothing. Whether something of the control plane is left that is not wanted. Throws the first fault, after everything was tried. */
  async #settleNow(before: ReadonlyMap<string, string> | undefined): Promise<boolean> {
    const { place } = this.#options;
    const stops = this.#stops ?? [];
    const wanted = new Map(stops.map((stop) => [keyOf(stop.scope, stop.target), stop]));
    const epoch = killEpochOf(place.state);
    const thrown = new Map(place.state.kills().map((kill) => [keyOf(kill.scope, kill.id), kill]));
    // INVARIANT: one switch that cannot be thrown keeps no other from it.
    const problems: unknown[] = [];
    let isLeft = false;
    const attempt = async (act: () => Promise<unknown>): Promise<void> => {
      try {
        await act();
      } catch (problem) {
        problems.push(problem);
      }
    };
    for (const [key, { stop, scope, target: id, reason, words }] of wanted)
      if (!thrown.has(key))
        await attempt(() =>
          throwKill(place, { scope, id, reason, words: `by the control plane (${stop}): ${words}` }),
        );
    // INVARIANT: a switch that somebody threw here is let go here alone.
    for (const [key, { scope, id, reason: words }] of thrown) {
      if (wanted.has(key) || !MARK.test(words)) continue;
      if (before?.get(key) === words)
        await attempt(() =>
          releaseKill(place, { scope, id, reason: 'manual', words: 'lifted by the control plane' }),
        );
      else isLeft = true;
    }
    if (problems.length > 0) throw problems[0];
    // What moved beside it meanwhile is looked at once more.
    this.#epoch = wanted.size === 0 || epoch === this.#epoch ? killEpochOf(place.state) : undefined;
    return isLeft;
  }

  #tell(problem: unknown): void {
    const text = problem === undefined ? undefined : describeFault(problem);
    if (text === this.#told) return;
    const { report } = this.#options;
    if (text === undefined) report('the control plane tells its stops again', 'info');
    else report(`the stops of the control plane are not followed: ${text}`);
    this.#told = text;
  }
}

function keyOf(scope: KillScope, id: string): string {
  return `${scope} ${id}`;
}

/** Throws `upstream.protocol` for what is no list. */
function readStops(text: string): ToldStops {
  const answer = parseStrictJson(text, { maxLength: MAX_ANSWER_BYTES, maxDepth: 6 });
  const items = isJsonObject(answer) ? answer['items'] : undefined;
  if (!Array.isArray(items))
    throw new Fault('upstream.protocol', 'the control plane told something else than stops');
  const read = (items as readonly JsonValue[]).map((item) => readStop(isJsonObject(item) ? item : {}));
  const known = read.filter((stop) => stop !== undefined);
  return { known, isWhole: known.length === read.length };
}

/** `undefined` for one that this version does not know. */
function readStop({ stop, scope, target, reason, words }: JsonObject): NodeStop | undefined {
  const known = KILL_SCOPES.find((one) => one === scope);
  if (typeof stop !== 'string' || known === undefined || typeof target !== 'string' || target === '')
    return undefined;
  return {
    stop,
    scope: known,
    target,
    // Why it was placed matters less than that it was.
    reason: KILL_REASONS.find((one) => one === reason) ?? 'manual',
    words: typeof words === 'string' ? words.slice(0, 500) : '',
  };
}
