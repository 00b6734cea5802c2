/** Turns what the guard says into what a client or server reads. */
import { type Enforced, isFault, type JsonObject } from '@writ/core';
import {
  DECISION_META,
  INTERNAL_ERROR,
  isErrorObject,
  OVERLOADED,
  REFUSED,
  type RpcAnswer,
  UPSTREAM_UNAVAILABLE,
} from '../../rpc/index.ts';

/** Whom the answer goes to. A tool's caller reads refusals as results; a server learns no policy. */
export type Audience = 'tool-caller' | 'client' | 'server';

/** Policies named in one refusal. */
const MAX_POLICIES = 64;

/**
 * The answer for `enforced`. What is delivered is delivered exactly as the guard returns it; `isError` says that it was an error's object.
 * Everything else is a refusal with its machine part under {@link DECISION_META}.
 */
export function answerOf(enforced: Enforced, audience: Audience, isError: boolean): RpcAnswer {
  const { result, error } = enforced;
  if (result !== undefined) {
    if (!isError) return { result };
    if (isErrorObject(result)) return { error: result };
    return { error: { code: INTERNAL_ERROR, message: 'the error of the server cannot be delivered' } };
  }
  if (isFault(error)) {
    const isOverload = error.code === 'bound.exceeded';
    const code = isOverload ? OVERLOADED : UPSTREAM_UNAVAILABLE;
    return { error: { code, message: error.message, data: machinePart(enforced, audience) } };
  }
  return refusal(enforced.message, machinePart(enforced, audience), audience);
}

/** A refusal that is no decision of the guard's: something broke before or in it. */
export function brokenAnswer(message: string, audience: Audience): RpcAnswer {
  return refusal(message, { [DECISION_META]: { verdict: 'deny', policies: [] } }, audience);
}

function refusal(message: string, machine: JsonObject, audience: Audience): RpcAnswer {
  switch (audience) {
    case 'tool-caller':
      return { result: { content: [{ type: 'text', text: message }], isError: true, _meta: machine } };
    case 'client':
      return { error: { code: REFUSED, message, data: machine } };
    case 'server':
      return { error: { code: REFUSED, message: 'the request was refused', data: machine } };
    default:
      return audience satisfies never;
  }
}

/** Verdict, policies, receipt; reference and end of a hold; what a deferral needs; whether it was performed and withheld. */
function machinePart(enforced: Enforced, audience: Audience): JsonObject {
  const { receipt, hold, outcome } = enforced;
  const isWithheld = outcome === 'withheld' && enforced.delivery !== undefined;
  const decision = isWithheld ? (enforced.delivery ?? enforced.decision) : enforced.decision;
  const { needs, code } = decision;
  const policies = decision.determining.slice(0, MAX_POLICIES).map(({ id }) => id);
  const common = { verdict: isWithheld ? decision.verdict : enforced.verdict };
  const recorded = receipt === undefined ? {} : { receipt };
  if (audience === 'server') return { [DECISION_META]: { ...common, ...recorded } };
  return {
    [DECISION_META]: {
      ...common,
      policies,
      ...recorded,
      ...(code === undefined ? {} : { code }),
      ...(outcome === undefined ? {} : { outcome }),
      ...(hold === undefined
        ? {}
        : { approval: hold.reference, expires: new Date(hold.expires).toISOString() }),
      ...(needs.length === 0 ? {} : { needs }),
    },
  };
}
