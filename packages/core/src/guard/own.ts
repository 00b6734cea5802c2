/** Step 1 of the line: the action becomes the guard's own, out of its caller's reach. */
import { copyJson, describeFault, isFault } from '../kernel/index.ts';
import type { InterceptedAction } from './types.ts';

/**
 * A copy that shares nothing with the caller: what is judged is what is performed, whatever happens to the caller's objects meanwhile.
 * What cannot be copied becomes a refusal, so that it is recorded like any other.
 */
export function ownAction(action: InterceptedAction): InterceptedAction {
  const parts = action.parts.map(({ action: { name }, resource }) => ({
    action: { name },
    resource: { ...resource },
  }));
  try {
    return { ...action, parts, args: copyJson(action.args) };
  } catch (thrown) {
    const code = isFault(thrown) ? thrown.code : 'request.invalid';
    const refusal = { code, reason: `the arguments cannot be judged: ${describeFault(thrown)}` };
    return { ...action, parts, args: {}, refusal: action.refusal ?? refusal };
  }
}
