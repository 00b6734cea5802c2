/** `tasks/get`, `tasks/update` and `tasks/cancel` of the tasks extension: answered here for own tasks, passed to the server whose task it is. */
import { isJsonObject, type JsonObject, ownProperty } from '@writ/core';
import { INVALID_PARAMS, REFUSED, type RpcAnswer } from '../../rpc/index.ts';
import type { ClientCall, Upstream } from '../../upstream/index.ts';
import type { ProxyContext } from '../context.ts';
import { besideOf, govern, joinParams, keepWaiting, sendable, splitParams, traceOf } from '../judge/index.ts';
import { judgeInputRequests } from '../server/index.ts';
import {
  createdTask,
  declaresTasks,
  lacksTasks,
  type OwnTask,
  type RemoteTask,
  type TaskMethod,
} from '../tasks/index.ts';
import { judgeInputResponses } from './input-responses.ts';
import { invalidParams } from './problem.ts';

/** Longest id, in UTF-16 units. */
const MAX_TASK_ID = 1_024;
/** What a server's task is remembered for at most, in milliseconds. */
const MAX_TTL_MS = 24 * 60 * 60 * 1000;

/** Answers one of the methods. A task that is not this principal's is unknown, and no server hears of it. */
export async function answerTask(
  context: ProxyContext,
  method: TaskMethod,
  call: ClientCall,
): Promise<RpcAnswer> {
  const { args, meta } = splitParams(call.request.params);
  const id = ownProperty(args, 'taskId');
  if (typeof id !== 'string' || id === '' || id.length > MAX_TASK_ID)
    return invalidParams(context, `\`params.taskId\` is not a string of 1 to ${MAX_TASK_ID} characters`);
  if (!declaresTasks(meta)) return lacksTasks();
  const own = context.tasks.all.own(id);
  if (own !== undefined && own.link === undefined) {
    // Nothing judges this, so a kill is looked at here.
    if (context.ports.stops?.isStopped(call.caller ?? context.caller) === true) return stopped(context);
    return answerOwn(context, own, method, args);
  }
  const remote = own?.link ?? context.tasks.all.remote(id);
  const upstream = context.upstreams.find(({ name }) => name === remote?.server);
  if (remote === undefined || upstream === undefined) return unknownTask();
  return passTask(context, { upstream, remote, id }, method, call);
}

/** Remembers the task that a server made of a call, and names it as the client is to name it. Other answers stay as they are. */
export function rememberTask(
  context: ProxyContext,
  upstream: Upstream,
  tool: string,
  answer: RpcAnswer,
): RpcAnswer {
  const created = createdTask(answer);
  if (created === undefined) return answer;
  const ttl = ownProperty(created.result, 'ttlMs');
  const ttlMs = typeof ttl === 'number' ? Math.min(Math.max(ttl, 0), MAX_TTL_MS) : MAX_TTL_MS;
  const isAlone = context.upstreams.length === 1;
  const task = { server: upstream.name, tool, id: created.taskId, ttlMs };
  const taskId = context.tasks.all.remember(task, isAlone);
  return taskId === created.taskId ? answer : { result: { ...created.result, taskId } };
}

/** Nobody is asked and nothing is judged: what the task delivers was judged when its call ended. */
async function answerOwn(
  context: ProxyContext,
  task: OwnTask,
  method: TaskMethod,
  args: JsonObject,
): Promise<RpcAnswer> {
  switch (method) {
    case 'tasks/get':
      return task.detailed();
    case 'tasks/update': {
      // What the tool asked goes back to the tool, with the next round of the call, which is judged. The gateway itself asks nothing.
      const responses = ownProperty(args, 'inputResponses');
      if (!isJsonObject(responses) || !task.respond(responses))
        return invalidParams(context, '`params.inputResponses` is no object, or is too large');
      return { result: { resultType: 'complete' } };
    }
    case 'tasks/cancel': {
      const wasWaiting = task.isWaiting;
      task.cancel('the client cancelled the task');
      // Once it is answered, nobody can approve any more.
      if (wasWaiting) await context.tasks.ended(task);
      return { result: { resultType: 'complete' } };
    }
    default:
      return method satisfies never;
  }
}

interface Passed {
  readonly upstream: Upstream;
  readonly remote: RemoteTask;
  /** As the client knows it. */
  readonly id: string;
}

/** Judged as an action on the server; what comes back is judged as a result of the tool that began the task. */
async function passTask(
  context: ProxyContext,
  { upstream, remote, id }: Passed,
  method: TaskMethod,
  call: ClientCall,
): Promise<RpcAnswer> {
  const given = call.request.params ?? {};
  const inputs =
    method === 'tasks/update'
      ? await judgeInputResponses(context, upstream, given, call, 'client')
      : { params: given };
  if ('refusal' in inputs) return inputs.refusal;
  const split = splitParams(inputs.params);
  const trace = traceOf(split.meta);
  const beside = besideOf(split.meta);
  const waiting = keepWaiting(call.channel, context.timers, split.meta);
  try {
    const answer = await govern(
      context,
      {
        initiator: 'agent',
        method,
        parts: [{ action: { name: method }, resource: { type: 'server', id: upstream.name } }],
        delivers: [{ type: 'tool', id: `${remote.server}/${remote.tool}` }],
        args: { ...split.args, taskId: remote.id },
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
        const sent = joinParams(args, sendable(split, performance), true);
        const answered = await upstream.request(method, sent, { signal, call });
        return judgeInputRequests(context, upstream, answered, { signal, call });
      },
    );
    return named(answer, remote.id, id);
  } finally {
    waiting.stop();
  }
}

/** `answer` with the id that the client knows, where it names the server's own. */
function named(answer: RpcAnswer, own: string, id: string): RpcAnswer {
  if (own === id || 'error' in answer || !isJsonObject(answer.result)) return answer;
  const { result } = answer;
  return ownProperty(result, 'taskId') === own
    ? { result: { ...result, taskId: id } satisfies JsonObject }
    : answer;
}

function stopped(context: ProxyContext): RpcAnswer {
  context.ports.guard.countRefusal('kill.agent');
  return {
    error: { code: REFUSED, message: 'the agent was stopped by an operator; its tasks are kept from it' },
  };
}

function unknownTask(): RpcAnswer {
  return {
    error: { code: INVALID_PARAMS, message: 'Unknown task: it has ended long ago, or was never yours' },
  };
}
