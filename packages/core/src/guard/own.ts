/** Step 1 of the line: the action becomes the guard's own, out of its caller's reach. */
import { copyJson, describeFault, isFault } from '../kernel/index.ts';
import { MAX_PARTS } from '../model/index.ts';
import type { Refusal } from './judgement/index.ts';
import type { InterceptedAction } from './types.ts';

/**
 * A copy that shares nothing with the caller: what is judged is what is performed, whatever happens to the caller's objects meanwhile.
 * What cannot be copied becomes a refusal, so that it is recorded like any other.
 */
export function ownAction(action: InterceptedAction, phase: InterceptedAction['phase']): InterceptedAction {
  const refuse = (refusal: Refusal): InterceptedAction => ({
    ...action,
    phase,
    parts: ownParts(action.parts.slice(0, MAX_PARTS)),
    args: {},
    refusal: action.refusal ?? refusal,
  });
  if (action.phase !== phase)
    return refuse({ code: 'request.invalid', reason: `a ${action.phase} came where a ${phase} is judged` });
  if (action.parts.length > MAX_PARTS)
    return refuse({ code: 'bound.exceeded', reason: `an action has at most ${MAX_PARTS} parts` });
  try {
    const { caller } = action;
    return {
      ...action,
      ...(caller === undefined ? {} : { caller: structuredClone(caller) }),
      parts: ownParts(action.parts),
      args: copyJson(action.args),
    };
  } catch (thrown) {
    const code = isFault(thrown) ? thrown.code : 'request.invalid';
    return refuse({ code, reason: `the arguments cannot be judged: ${describeFault(thrown)}` });
  }
}

function ownParts(parts: InterceptedAction['parts']): InterceptedAction['parts'] {
  return parts.map(({ action: { name }, resource }) => ({ action: { name }, resource: { ...resource } }));
}
