/** The one way from a message to the guard and back: every method that is judged comes through here. */
import {
  describeFault,
  type Enforced,
  type InterceptedAction,
  isJsonObject,
  ownProperty,
  type Performance,
  type ResultShape,
} from '@writ/core';
import { PURPOSE_META, type RpcAnswer } from '../../rpc/index.ts';
import type { ClientCall } from '../../upstream/index.ts';
import type { ProxyContext } from '../context.ts';
import { answerOf, type Audience, brokenAnswer } from './answer.ts';

/** What a message says about its action; the face is the session's, and so is the caller unless it says otherwise. */
export interface Action extends Omit<InterceptedAction, 'face' | 'phase'> {
  /** The client's request that it is, or that it serves; absent for what belongs to none. */
  readonly call?: ClientCall;
  /** Told how it ended, before it is answered. */
  readonly ended?: (enforced: Enforced) => void;
}

/** Sends the permitted action, and nothing but `performance.args` of what was judged. */
export type Send = (performance: Performance) => Promise<RpcAnswer>;

/** Longest purpose that is heard, in UTF-16 units; ids of registered ones are shorter. */
const MAX_PURPOSE = 64;

/** Whether a tool says that it failed; a task holds such a result in its own. */
function isToolError(result: unknown): boolean {
  return isJsonObject(result) && result['isError'] === true;
}

/** A client is told where its answer stands in the record; handshakes are answered for several servers together, and servers learn nothing. */
function namesReceipt({ ports: { config } }: ProxyContext, { method }: Action, audience: Audience): boolean {
  if (config === undefined || config.hasReceipts === false || audience === 'server') return false;
  return method !== 'initialize' && method !== 'server/discover';
}

/** What the client says that its request is for: a claim. */
function claimedPurpose({ purpose, beside }: Action): { readonly purpose?: string } {
  const meta = beside?.['_meta'];
  const claimed = purpose ?? (isJsonObject(meta) ? ownProperty(meta, PURPOSE_META) : undefined);
  return typeof claimed === 'string' && claimed !== '' && claimed.length <= MAX_PURPOSE
    ? { purpose: claimed }
    : {};
}

/**
 * Judges `action`, sends it where it is permitted, judges what comes back (an error's object as well) and answers. Never rejects:
 * whatever breaks is a refusal.
 */
export async function govern(
  context: ProxyContext,
  action: Action,
  audience: Audience,
  send: Send,
): Promise<RpcAnswer> {
  const { call, ended, ...intercepted } = action;
  const caller = action.caller ?? call?.caller ?? context.caller;
  let isErrorAnswer = false;
  const shape = (result: unknown): ResultShape => ({
    isError: isErrorAnswer || isToolError(result) || (isJsonObject(result) && isToolError(result['result'])),
  });
  try {
    const enforced = await context.ports.guard.enforce(
      {
        ...intercepted,
        ...claimedPurpose(intercepted),
        ...(caller === undefined ? {} : { caller }),
        showsNotices: audience !== 'server' && intercepted.showsNotices !== false,
        face: context.face,
        phase: 'call',
      },
      async (performance) => {
        const answer = await send(performance);
        isErrorAnswer = 'error' in answer;
        return 'error' in answer ? answer.error : answer.result;
      },
      shape,
    );
    ended?.(enforced);
    return answerOf(enforced, audience, isErrorAnswer, namesReceipt(context, action, audience));
  } catch (thrown) {
    // The guard promises not to reject. If it does, nobody knows what it decided: that is a deny.
    context.note(`the guard failed: ${describeFault(thrown)}`);
    return brokenAnswer('Denied: the guard failed, and nothing is delivered.', audience);
  }
}
