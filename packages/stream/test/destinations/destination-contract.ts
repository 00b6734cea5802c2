// What every destination must do, whichever it is: one list of cases, run against each with a server of its kind.
import { inspect } from 'node:util';
import { type Fault, isFault } from '@writ/core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Destination, OutgoingEvent } from '../../src/index.ts';
import { eventsOf, uidsOf } from './events.ts';

/** How a destination is set up: as it should be, with an authority that did not issue the server's certificate, or with a login that the server does not know. */
export type Variant = 'right' | 'wrong-authority' | 'wrong-login';

/** A server of one kind, over TLS and with a login, and a destination that sends to it. */
export interface DestinationWorld {
  open(variant: Variant): Promise<Destination>;
  /** Uids that the server holds, in its order; duplicates too. */
  received(): Promise<readonly string[]>;
  /** Ends the server as a loss of power would, at once. */
  kill(): Promise<void>;
  /** Starts it again at the same address, with what it had stored. */
  restart(): Promise<void>;
  /** It takes `count` more events and refuses those after; `Infinity`: it takes all again. */
  takeOnly(count: number): Promise<void>;
  /** It keeps connections and answers nothing, or goes on. */
  hang(isHanging: boolean): Promise<void>;
  /** What no fault may quote. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

/** What a kind of destination is. */
export interface ContractOptions {
  /** The world could not be built here; it is said aloud which software is missing. */
  readonly skip?: boolean;
  /** It can be told how many of a batch were taken. */
  readonly knowsPartial?: boolean;
}

/** A destination that takes as long as this does not end, in milliseconds. */
const LONGEST_MS = 15_000;
/** Attempts to deliver before a test gives up. */
const ATTEMPTS = 200;

/** One case: a sentence, and what shows it in a fresh world. */
interface DestinationCase {
  readonly name: string;
  run(world: DestinationWorld, knowsPartial: boolean): Promise<void>;
}

const CASES: readonly DestinationCase[] = [
  {
    name: 'takes events over TLS in their order',
    async run(world) {
      const destination = await opened(world);
      for (const from of [0, 7, 14]) expect(await send(destination, eventsOf(7, from))).toBe(7);
      expect(await world.received()).toStrictEqual(uidsOf(eventsOf(21)));
    },
  },

  {
    name: 'has every event, in order, after its server was killed and came back',
    async run(world) {
      const destination = await opened(world);
      expect(await send(destination, eventsOf(5))).toBe(5);
      await world.kill();
      expect(await refusal(send(destination, eventsOf(5, 5)))).toMatchObject({ code: 'export.unavailable' });
      await world.restart();
      await deliver(destination, eventsOf(5, 5));
      expect(firsts(await world.received())).toStrictEqual(uidsOf(eventsOf(10)));
    },
  },

  {
    name: 'says how many were taken, or none, and the rest comes again in order',
    async run(world, knowsPartial) {
      const destination = await opened(world);
      const events = eventsOf(8);
      await world.takeOnly(3);
      const taken = await send(destination, events).catch((thrown: unknown) => thrown);
      if (knowsPartial) expect(taken).toBe(3);
      else expect(taken).toMatchObject({ code: expect.stringMatching(/^export\.(unavailable|rejected)$/) });
      await world.takeOnly(Number.POSITIVE_INFINITY);
      await deliver(destination, events.slice(typeof taken === 'number' ? taken : 0));
      expect(firsts(await world.received())).toStrictEqual(uidsOf(events));
    },
  },

  {
    name: 'is unavailable where nothing was taken, and counts nothing',
    async run(world) {
      const destination = await opened(world);
      await world.takeOnly(0);
      const fault = await refusal(send(destination, eventsOf(2)));
      expect(fault.code).toMatch(/^export\.(unavailable|rejected)$/);
      expect(await world.received()).toStrictEqual([]);
    },
  },

  {
    name: 'is unavailable while its server is away, and works as soon as it is back',
    async run(world) {
      await world.kill();
      const destination = await opened(world);
      expect(await refusal(send(destination, eventsOf(1)))).toMatchObject({ code: 'export.unavailable' });
      await world.restart();
      await deliver(destination, eventsOf(1));
      expect(firsts(await world.received())).toStrictEqual(uidsOf(eventsOf(1)));
    },
  },

  {
    name: 'refuses to go on where the login is not known, and quotes no secret',
    async run(world) {
      const destination = await opened(world, 'wrong-login');
      const fault = await refusal(send(destination, eventsOf(1)));
      expect(fault.code).toBe('export.refused');
      for (const secret of world.secrets) expect(inspect(fault, { depth: 9 })).not.toContain(secret);
      expect(await world.received()).toStrictEqual([]);
    },
  },

  {
    name: 'refuses a server whose certificate another authority issued, and tells it nothing',
    async run(world) {
      const destination = await opened(world, 'wrong-authority');
      expect(await refusal(send(destination, eventsOf(1)))).toMatchObject({ code: 'export.refused' });
      expect(await world.received()).toStrictEqual([]);
    },
  },

  {
    name: 'refuses that server also where the environment tells Node to believe everyone',
    async run(world) {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
      onTestFinished(() => void vi.unstubAllEnvs());
      const destination = await opened(world, 'wrong-authority');
      expect(await refusal(send(destination, eventsOf(1)))).toMatchObject({ code: 'export.refused' });
      expect(await world.received()).toStrictEqual([]);
    },
  },

  {
    name: 'ends a sending that hangs as soon as nobody wants it, and loses nothing by it',
    async run(world) {
      const destination = await opened(world);
      expect(await send(destination, eventsOf(2))).toBe(2);
      await world.hang(true);
      const control = new AbortController();
      const sending = destination.send(eventsOf(3, 2), control.signal);
      control.abort();
      expect(await refusal(sending)).toMatchObject({ code: 'export.unavailable' });
      await world.hang(false);
      await deliver(destination, eventsOf(3, 2));
      expect(firsts(await world.received())).toStrictEqual(uidsOf(eventsOf(5)));
    },
  },

  {
    name: 'closes more than once, before it sent anything and while its server hangs',
    async run(world) {
      const unused = await opened(world);
      await unused.close();
      await unused.close();
      const destination = await opened(world);
      expect(await send(destination, eventsOf(1))).toBe(1);
      await world.hang(true);
      await destination.close();
      await destination.close();
    },
  },
];

/** Runs the cases against worlds of `make`. */
export function destinationContract(
  name: string,
  make: () => Promise<DestinationWorld>,
  { skip = false, knowsPartial = true }: ContractOptions = {},
): void {
  describe.skipIf(skip)(`${name} as a destination`, () => {
    test.each(CASES)('$name', async ({ run }) => {
      const world = await make();
      onTestFinished(() => world.close());
      await run(world, knowsPartial);
    });
  });
}

async function opened(world: DestinationWorld, variant: Variant = 'right'): Promise<Destination> {
  const destination = await world.open(variant);
  onTestFinished(() => destination.close());
  return destination;
}

function send(destination: Destination, events: readonly OutgoingEvent[]): Promise<number> {
  return destination.send(events, AbortSignal.timeout(LONGEST_MS));
}

/** Sends as an engine does, without its pauses: what was not acknowledged comes again, until all is. */
export async function deliver(destination: Destination, events: readonly OutgoingEvent[]): Promise<void> {
  let next = 0;
  for (let attempt = 0; attempt < ATTEMPTS && next < events.length; attempt += 1) {
    try {
      next += await send(destination, events.slice(next));
    } catch (fault) {
      if (!isFault(fault)) throw fault;
    }
  }
  expect(next).toBe(events.length);
}

/** The fault that `sending` ends with. */
async function refusal(sending: Promise<number>): Promise<Fault> {
  const outcome: unknown = await sending.catch((thrown: unknown) => thrown);
  if (!isFault(outcome)) throw new Error(`no fault: ${inspect(outcome)}`);
  return outcome;
}

/** `uids` without those that came before. */
function firsts(uids: readonly string[]): readonly string[] {
  return [...new Set(uids)];
}
