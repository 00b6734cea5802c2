/** Turns what the guard says into what a client or server reads. */
import {
  type Enforced,
  isFault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  ownProperty,
  type ShownNotice,
} from '@writ/core';
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
 * The answer for `enforced`. What is delivered is delivered exactly as the guard returns it, but for its receipt where `namesReceipt` says so; `isError` says that it was an error's object.
 * Everything else is a refusal with its machine part under {@link DECISION_META}.
 */
export function answerOf(
  enforced: Enforced,
  audience: Audience,
  isError: boolean,
  namesReceipt = false,
): RpcAnswer {
  const { result, error } = enforced;
  if (result !== undefined) {
    if (!isError) return { result: namesReceipt ? withReceipt(result, enforced) : result };
    if (isErrorObject(result)) return { error: result };
    return { error: { code: INTERNAL_ERROR, message: 'the error of the server cannot be delivered' } };
  }
  if (isFault(error)) {
    const isOverload = error.code === 'bound.exceeded';
    const code = isOverload ? OVERLOADED : UPSTREAM_UNAVAILABLE;
    return { error: { code, message: error.message, data: machinePart(enforced, audience) } };
  }
  return refusal(enforced.message, machinePart(enforced, audience), audience, enforced.notice);
}

/** `result` with verdict and receipt in its `_meta`, in place of whatever a server wrote under that key. */
function withReceipt(result: JsonValue, { verdict, receipt }: Enforced): JsonValue {
  if (receipt === undefined || !isJsonObject(result)) return result;
  const own = ownProperty(result, '_meta');
  // Not an object: what the server means by it stays as it is.
  if (own !== undefined && !isJsonObject(own)) return result;
  // An empty result is defined to be empty, and clients check that it is.
  if (own === undefined && Object.keys(result).every((name) => name === 'resultType')) return result;
  return { ...result, _meta: { ...own, [DECISION_META]: { verdict, receipt } } };
}

/** A refusal that is no decision of the guard's: something broke before or in it. */
export function brokenAnswer(message: string, audience: Audience): RpcAnswer {
  return refusal(message, { [DECISION_META]: { verdict: 'deny', policies: [] } }, audience);
}

/** A notice is for the person, so it is a text of its own where answers can hold more than one. */
function refusal(message: string, machine: JsonObject, audience: Audience, notice?: ShownNotice): RpcAnswer {
  const { text: shown } = notice ?? {};
  switch (audience) {
    case 'tool-caller': {
      const content: JsonValue[] = [{ type: 'text', text: message }];
      if (shown !== undefined)
        content.push({ type: 'text', text: shown, annotations: { audience: ['user'] } });
      return { result: { content, isError: true, _meta: machine } };
    }
    case 'client':
      return {
        error: {
          code: REFUSED,
          message: shown === undefined ? message : `${message}\n\n${shown}`,
          data: machine,
        },
      };
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
