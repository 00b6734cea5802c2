/** `instructions` of a server: text that clients hand to their model, from the handshake on. */
import { isJsonObject, ownProperty, visible } from '@writ/core';
import { pinnedTools, reviewText } from '../../../definitions/index.ts';
import type { RpcAnswer } from '../../rpc/index.ts';
import type { ProxyContext } from '../context.ts';

/**
 * `answer` without its `instructions` where they hide something, command the model or speak of another server's tools; the operator is told why.
 * Nobody can accept them: a server works without.
 */
export function withPlainInstructions(context: ProxyContext, server: string, answer: RpcAnswer): RpcAnswer {
  if (!('result' in answer) || !isJsonObject(answer.result)) return answer;
  const text = ownProperty(answer.result, 'instructions');
  if (typeof text !== 'string') return answer;
  const concerns = reviewText(text, pinnedTools(context.ports.state.pins()), server);
  if (concerns.length === 0) return answer;
  const why = concerns.map(({ kind, message }) => `${kind}: ${message}`).join('; ');
  context.note(`the instructions of server \`${server}\` are withheld: ${visible(why)}`);
  const { instructions: _instructions, ...rest } = answer.result;
  return { ...answer, result: rest };
}
