/** What a client sends back to a tool that asked for input (MCP 2026-07-28, multi-round-trip requests): it leaves, so it is judged. */
import { isJsonObject, type JsonObject, ownProperty } from '@writ/core';
import type { RpcAnswer } from '../../rpc/index.ts';
import type { ClientCall, Upstream } from '../../upstream/index.ts';
import type { ProxyContext } from '../context.ts';
import { type Audience, govern } from '../judge/index.ts';

/** Name of the action, on the server that gets them. */
export const RESPOND_ACTION = 'inputs/respond';

const MEMBER = 'inputResponses';

/** The parameters to send, the responses as policy changed them; or the refusal. Without responses, the parameters as they are. */
export async function judgeInputResponses(
  context: ProxyContext,
  upstream: Upstream,
  params: JsonObject,
  call: ClientCall,
  audience: Audience = 'tool-caller',
): Promise<{ readonly params: JsonObject } | { readonly refusal: RpcAnswer }> {
  const responses = ownProperty(params, MEMBER);
  if (responses === undefined) return { params };
  if (!isJsonObject(responses)) {
    const message = `Invalid params: \`params.${MEMBER}\` is not an object`;
    return { refusal: { error: { code: -32602, message } } };
  }
  let judged: JsonObject | undefined;
  const answer = await govern(
    context,
    {
      initiator: 'agent',
      method: RESPOND_ACTION,
      parts: [{ action: { name: RESPOND_ACTION }, resource: { type: 'server', id: upstream.name } }],
      args: { [MEMBER]: responses },
      signal: call.signal,
      call,
    },
    audience,
    ({ args }) => {
      judged = args;
      return Promise.resolve({ result: {} });
    },
  );
  return judged === undefined ? { refusal: answer } : { params: { ...params, ...judged } };
}
