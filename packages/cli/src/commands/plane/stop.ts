/** `writ kill --plane` and `writ unkill --plane`: a stop on every node of a control plane. */
import { Fault, type JsonObject, type KillReason, type KillScope } from '@writ/core';
import { atPlane, type ChosenFlags, type Plane, textIn, objectIn } from '../../plane/index.ts';
import { print, printJson, remark, visible } from '../../terminal/index.ts';

/** What is stopped or let go of. */
export interface StopOf {
  readonly scope: KillScope;
  readonly id: string;
  readonly cause: KillReason;
  readonly words: string;
}

interface StopFlags extends ChosenFlags {
  readonly idempotencyKey?: string;
  readonly json?: boolean;
}

/** Most stops that one command looks through. */
const MOST = 10_000;

/** Places a stop; nodes that are connected have it in under a second. */
export async function placeStop({ scope, id, cause, words }: StopOf, flags: StopFlags): Promise<void> {
  const { url, stop, isReplayed } = await atPlane(flags, async (plane) => {
    const { body, isReplayed: wasMade } = await plane.ask({
      method: 'POST',
      path: '/v1/stops',
      body: { scope, target: id, reason: cause, words },
      ...(flags.idempotencyKey === undefined ? {} : { key: flags.idempotencyKey }),
    });
    return { url: plane.url, stop: textIn(objectIn(body), 'id'), isReplayed: wasMade };
  });
  if (isReplayed) remark('it was made before, with the same key; this is what was answered then');
  if (flags.json === true) printJson({ action: 'kill', scope, id, reason: words, cause, plane: url, stop });
  else {
    print(`stopped ${named(scope, id)} on every node of ${visible(url)}, stop ${stop}`);
    print(`which nodes have it: writ stops get ${stop}`);
  }
}

/** Lifts every stop of exactly this that is in force; by another administrator than who placed it. Throws `kill.unknown` where there is none. */
export async function liftStops({ scope, id, words }: StopOf, flags: StopFlags): Promise<void> {
  const { url, lifted } = await atPlane(flags, async (plane) => {
    const all = await plane.list('/v1/stops?status=in_force', MOST);
    const meant = all.filter((stop) => stop['scope'] === scope && stop['target'] === id);
    if (meant.length === 0)
      throw new Fault('kill.unknown', `the ${scope} \`${id}\` is not stopped at this control plane`, {
        hint: 'ids are compared exactly; `writ stops list` shows what is stopped',
      });
    const ids: string[] = [];
    for (const stop of meant) ids.push(await lift(plane, stop, words));
    return { url: plane.url, lifted: ids };
  });
  if (flags.json === true)
    printJson({ action: 'unkill', scope, id, reason: words, plane: url, stops: lifted });
  else print(`released ${named(scope, id)} on every node of ${visible(url)}: ${lifted.join(', ')}`);
}

async function lift(plane: Plane, stop: JsonObject, words: string): Promise<string> {
  const id = textIn(stop, 'id');
  const path = `/v1/stops/${id}`;
  const { tag } = await plane.ask({ method: 'GET', path });
  await plane.ask({
    method: 'POST',
    path: `${path}/lift`,
    body: { words },
    ...(tag === undefined ? {} : { match: tag }),
  });
  return id;
}

function named(scope: KillScope, id: string): string {
  return scope === 'all' ? 'everything' : `${scope} \`${visible(id)}\``;
}
