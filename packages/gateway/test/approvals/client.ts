/** A client that asks for a held call: what it must tell tests, on whatever face. */
import { type Hold, isJsonObject, type JsonObject } from '@writ/core';
import { expect } from 'vitest';

/** What became of a call. */
export type End = 'ran' | 'held' | 'denied' | 'cancelled' | 'gone';

/** A call that was made. */
export interface Asked {
  /** How the call, or its task, stands or ended. */
  readonly end: Promise<End>;
  /** The client leaves, or gives the task up. */
  leave(): Promise<void>;
}

/** A client of one principal. */
export interface Client {
  /** Calls the tool. Resolves once the call waits at a hold, or has ended. */
  ask(args: JsonObject): Promise<Asked>;
  /** What becomes of the same call once somebody answered: made again, or of its task looked at until it moved. */
  again(asked: Asked, args: JsonObject): Promise<End>;
}

/** Reads the end of a call from its answer. */
export function endOf(answer: JsonObject | undefined): End {
  const result = answer?.['result'];
  if (!isJsonObject(result)) return 'gone';
  if (result['isError'] !== true) return 'ran';
  const text = JSON.stringify(result);
  return text.includes('"verdict":"step_up"') ? 'held' : 'denied';
}

/** A call under way: told of once it waits or has ended. */
export async function started(
  holds: () => readonly Hold[],
  end: Promise<End>,
  leave: () => Promise<void>,
): Promise<Asked> {
  let isOver = false;
  const over = (): void => void (isOver = true);
  end.then(over, over);
  await expect.poll(() => isOver || holds().some(({ status }) => status === 'waiting')).toBe(true);
  return { end, leave };
}

/** A client for which a call is answered by making it again. */
export function repeating(ask: Client['ask']): Client {
  return { ask, again: async (_asked, args) => (await ask(args)).end };
}
