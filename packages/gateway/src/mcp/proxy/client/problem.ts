/** Requests that no policy needs to see, because nobody could act on them. */
import { INVALID_PARAMS, type RpcAnswer } from '../../rpc/index.ts';
import type { ProxyContext } from '../context.ts';

/** Answers with `-32602` and counts the refusal. */
export function invalidParams(context: ProxyContext, problem: string): RpcAnswer {
  context.ports.guard.countRefusal('rpc.malformed');
  return { error: { code: INVALID_PARAMS, message: problem } };
}
