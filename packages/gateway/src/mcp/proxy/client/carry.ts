/** Carries a call while it waits for a person: as a task where its client can follow one, else within its request. */
import {
  describeFault,
  type Enforced,
  type InterceptedAction,
  isJsonObject,
  type JsonObject,
  ownProperty,
} from '@writ/core';
import { INTERNAL_ERROR, type RpcAnswer } from '../../rpc/index.ts';
import type { ClientCall } from '../../upstream/index.ts';
import type { ProxyContext } from '../context.ts';
import { keepWaiting } from '../judge/index.ts';
import { createdTask, declaresTasks, type OwnTask, type TaskSlot } from '../tasks/index.ts';

/** How a call is to be judged. */
export interface Carried extends Required<Pick<InterceptedAction, 'onWaiting'>> {
  /** Ends with the client, or with the task. */
  readonly call: ClientCall;
  readonly wait?: 'to_expiry';
  /** It is permitted, and runs now. */
  readonly started: () => void;
  /** How it ended. */
  readonly ended: (enforced: Enforced) => void;
  /** Whether it waited for a person, maybe for long. */
  readonly hasWaited: () => boolean;
}

/** Judges the call and performs it where it may be; `more` are parameters that its client added in answer to the tool's questions. */
export type Run = (carried: Carried, more?: JsonObject) => Promise<RpcAnswer>;

/** How long a client may take to answer a tool's questions, in milliseconds. */
const INPUT_MS = 900_000;
/** Rounds of questions that one call may ask in a task. */
const MAX_ROUNDS = 16;

/** Whether held calls can become tasks: nothing waits where nobody may approve. */
export function offersTasks({ ports }: ProxyContext): boolean {
  const approvers = ports.approvers?.() ?? ports.config?.approvals.approvers ?? [];
  return approvers.length > 0;
}

/** Runs the call of `meta` and answers it, or answers with the task that it became. */
export async function carry(
  context: ProxyContext,
  call: ClientCall,
  meta: JsonObject | undefined,
  run: Run,
): Promise<RpcAnswer> {
  const slot = offersTasks(context) && declaresTasks(meta) ? context.tasks.all.reserve() : undefined;
  if (slot !== undefined) return carryAsTask(context, call, slot, run);
  const waiting = keepWaiting(call.channel, context.timers, meta);
  try {
    let hasWaited = false;
    const onWaiting: Carried['onWaiting'] = (hold) => {
      hasWaited = true;
      waiting.onWaiting(hold);
    };
    return await run({
      call,
      onWaiting,
      started: waiting.stop,
      ended: () => {},
      hasWaited: () => hasWaited,
    });
  } finally {
    waiting.stop();
  }
}

/**
 * Once the call begins to wait, its client is given a task, and from then on may leave: the call ends with its hold, or with the task.
 * INVARIANT: the task can be asked for before anybody hears of it.
 */
function carryAsTask(context: ProxyContext, call: ClientCall, slot: TaskSlot, run: Run): Promise<RpcAnswer> {
  const life = new AbortController();
  const leave = (): void => life.abort(call.signal.reason);
  call.signal.addEventListener('abort', leave, { once: true });
  if (call.signal.aborted) leave();
  const given = Promise.withResolvers<RpcAnswer>();
  let task: OwnTask | undefined;
  const onWaiting: Carried['onWaiting'] = (hold) => {
    if (task !== undefined) return task.waits(hold);
    // Whoever left already gets no task, and the call is withdrawn.
    if (life.signal.aborted) return;
    task = slot.begin(hold, (why) => life.abort(why));
    call.signal.removeEventListener('abort', leave);
    context.tasks.run(task, work);
    given.resolve(task.created());
  };
  const answering = async (): Promise<RpcAnswer> => {
    // Begun only once `work` is there to be waited for.
    await Promise.resolve();
    try {
      const own = { ...call, signal: life.signal };
      const carried: Carried = {
        call: own,
        wait: 'to_expiry',
        onWaiting,
        started: () => task?.runs(),
        ended: ({ stands }) => task?.rests(stands),
        hasWaited: () => task !== undefined,
      };
      let answer = await run(carried);
      for (let round = 0; round < MAX_ROUNDS && task !== undefined; round += 1) {
        const more = await answers(context, task, answer);
        if (more === undefined) break;
        answer = await run(carried, more);
      }
      return answer;
    } catch (thrown) {
      context.note(`${call.request.method} failed: ${describeFault(thrown)}`);
      return { error: { code: INTERNAL_ERROR, message: 'the gateway failed; nothing is delivered' } };
    }
  };
  const work = answering().then((answer) => {
    call.signal.removeEventListener('abort', leave);
    const created = createdTask(answer);
    task?.settle(answer, created === undefined ? undefined : context.tasks.all.remote(created.taskId));
    slot.end();
    return answer;
  });
  return Promise.race([work, given.promise]);
}

/** What the client says to the questions in `answer`, as parameters of the next round; `undefined` where none are asked, or nobody answers in time. */
async function answers(
  { timers }: ProxyContext,
  task: OwnTask,
  answer: RpcAnswer,
): Promise<JsonObject | undefined> {
  if ('error' in answer || !isJsonObject(answer.result)) return undefined;
  const { result } = answer;
  const requests = ownProperty(result, 'inputRequests');
  if (ownProperty(result, 'resultType') !== 'input_required' || !isJsonObject(requests)) return undefined;
  const state = ownProperty(result, 'requestState');
  const cancel = timers.after(INPUT_MS, () =>
    task.cancel('nobody answered the questions of the tool in time'),
  );
  try {
    const inputResponses = await task.asks(requests, INPUT_MS);
    if (inputResponses === undefined) return undefined;
    return { inputResponses, ...(state === undefined ? {} : { requestState: state }) };
  } finally {
    cancel();
  }
}
