/** Step 1 of the line: the action becomes the guard's own, out of its caller's reach. */
import { copyJson, describeFault, isFault } from '../kernel/index.ts';
import { MAX_PARTS } from '../model/index.ts';
import type { Refusal } from './judgement/index.ts';
import { NOBODY, ownCaller } from './own-caller.ts';
import { ownParts, ownResource } from './own-parts.ts';
import type { InterceptedAction } from './types.ts';

/**
 * A copy that shares nothing with the caller: what is judged is what is performed, whatever happens to the caller's objects meanwhile.
 * What cannot be copied becomes a refusal, so that it is recorded like any other.
 */
export function ownAction(
  intercepted: InterceptedAction,
  phase: InterceptedAction['phase'],
): InterceptedAction {
  const action = withOwnCaller(intercepted);
  const refuse = (refusal: Refusal): InterceptedAction => ({
    ...action,
    phase,
    parts: action.parts
      .slice(0, MAX_PARTS)
      .map(({ action: { name }, resource }) => ({ action: { name }, resource: ownResource(resource) })),
    args: {},
    refusal: action.refusal ?? refusal,
  });
  if (action.phase !== phase)
    return refuse({ code: 'request.invalid', reason: `a ${action.phase} came where a ${phase} is judged` });
  if (action.parts.length > MAX_PARTS)
    return refuse({ code: 'bound.exceeded', reason: `an action has at most ${MAX_PARTS} parts` });
  try {
    const { delivers, beside, host } = action;
    return {
      ...action,
      parts: ownParts(action.parts),
      ...(delivers === undefined ? {} : { delivers: delivers.map(ownResource) }),
      ...(host === undefined ? {} : { host: { asks: host.asks } }),
      args: copyJson(action.args),
      ...(beside === undefined ? {} : { beside: copyJson(beside) }),
    };
  } catch (thrown) {
    const code = isFault(thrown) ? thrown.code : 'request.invalid';
    return refuse({ code, reason: `the arguments cannot be judged: ${describeFault(thrown)}` });
  }
}

/** INVARIANT: a caller that cannot be read is nobody, and never the node's own agent. */
function withOwnCaller(action: InterceptedAction): InterceptedAction {
  const { caller } = action;
  if (caller === undefined) return action;
  try {
    return { ...action, caller: ownCaller(caller) };
  } catch (thrown) {
    const reason = isFault(thrown) ? thrown.message : 'the caller is not usable';
    const refusal = { code: 'identity.unauthenticated', reason };
    return { ...action, caller: NOBODY, refusal: action.refusal ?? refusal };
  }
}
