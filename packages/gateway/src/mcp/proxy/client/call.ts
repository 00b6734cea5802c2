/** Requests of the client that are judged as a whole and passed on: everything but tools and lists. */
import type { MethodRow } from '../../methods/index.ts';
import { METHOD_NOT_FOUND, type RpcAnswer } from '../../rpc/index.ts';
import type { ClientCall, Upstream } from '../../upstream/index.ts';
import type { ProxyContext } from '../context.ts';
import { besideOf, govern, joinParams, keepWaiting, sendable, splitParams, traceOf } from '../judge/index.ts';
import { judgeInputRequests } from '../server/index.ts';
import { invalidParams } from './problem.ts';
import { findTarget } from './target.ts';

/**
 * Judges one request on what it acts on and passes it to the server it is for. A method on every server is sent to all that offer anything by it;
 * one that names no server is judged and, where several could be meant, answered with "method not found".
 */
export async function passRequest(
  context: ProxyContext,
  row: MethodRow,
  call: ClientCall,
): Promise<RpcAnswer> {
  const { method, params } = call.request;
  const split = splitParams(params);
  const target = await findTarget(context, row.target, split.args);
  if ('problem' in target) return invalidParams(context, target.problem);
  const trace = traceOf(split.meta);
  const beside = besideOf(split.meta);
  const waiting = keepWaiting(call.channel, context.timers, split.meta);
  try {
    return await govern(
      context,
      {
        initiator: 'agent',
        method,
        parts: target.resources.map((resource) => ({ action: { name: method }, resource })),
        args: target.args,
        ...(beside === undefined ? {} : { beside }),
        signal: call.signal,
        call,
        onWaiting: waiting.onWaiting,
        ...(trace === undefined ? {} : { trace }),
      },
      'client',
      async (performance) => {
        waiting.stop();
        const { args, signal } = performance;
        const kept = sendable(split, performance);
        const ask = (upstream: Upstream): Promise<RpcAnswer> => {
          const meta = context.progress.give(upstream, kept.meta, call);
          const sent = joinParams(args, { ...kept, meta }, params !== undefined);
          return upstream.request(method, sent, { signal, call });
        };
        const [first, ...more] = target.upstreams;
        if (first === undefined) return notRoutable();
        if (more.length === 0) return judgeInputRequests(context, first, await ask(first), { signal, call });
        return row.target === 'every-server' ? askEvery(target.upstreams, ask) : notRoutable();
      },
    );
  } finally {
    waiting.stop();
  }
}

/** The first success of all; else the first error. One server that is gone or does not know the method does not spoil the rest. */
async function askEvery(
  upstreams: readonly Upstream[],
  ask: (upstream: Upstream) => Promise<RpcAnswer>,
): Promise<RpcAnswer> {
  const settled = await Promise.allSettled(upstreams.map(ask));
  const answers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const answer = answers.find((one) => 'result' in one) ?? answers[0];
  if (answer !== undefined) return answer;
  const failed = settled.find((one) => one.status === 'rejected');
  throw failed?.reason;
}

function notRoutable(): RpcAnswer {
  const message = 'Method not found: behind several servers nothing says which of them is meant';
  return { error: { code: METHOD_NOT_FOUND, message } };
}
