/** Tasks in a `subscriptions/listen` (tasks extension, `taskIds`): a principal hears of its own, and asks no server for anybody else's. */
import { isJsonObject, type JsonObject, ownProperty } from '@writ/core';
import type { ProxyContext } from '../context.ts';
import type { Subscription } from '../subscription.ts';
import type { OwnTask } from '../tasks/index.ts';

const TASK_IDS = 'taskIds';
const CHANGED = 'notifications/tasks';
/** Tasks named in one request. */
const MAX_IDS = 1_000;

/** What is left for servers, and the tasks that the gateway tells of itself. */
export interface TaskShare {
  readonly filter: JsonObject;
  readonly own: readonly OwnTask[];
}

/** Splits `filter`. Ids of tasks that are not the principal's are left out, as if they had ended long ago. */
export function splitTaskIds(
  { tasks, upstreams }: ProxyContext,
  filter: JsonObject,
): TaskShare | { readonly problem: string } {
  const ids = ownProperty(filter, TASK_IDS);
  if (ids === undefined) return { filter, own: [] };
  if (!Array.isArray(ids) || ids.length > MAX_IDS || ids.some((id) => typeof id !== 'string'))
    return { problem: `\`${TASK_IDS}\` is not a list of at most ${MAX_IDS} ids` };
  const texts = ids.filter((id) => typeof id === 'string');
  // Behind several servers the client knows a server's task by another id than the server says.
  const theirs = texts.filter((id) => upstreams.length === 1 && tasks.all.remote(id)?.id === id);
  const { [TASK_IDS]: _ids, ...rest } = filter;
  return {
    filter: theirs.length === 0 ? rest : { ...rest, [TASK_IDS]: theirs },
    own: texts.flatMap((id) => tasks.all.own(id) ?? []),
  };
}

/** Tells `subscription` of changes of `own`, which are as `tasks/get` answers: the guard let them out already. The end of it. */
export function tellOfTasks(subscription: Subscription, own: readonly OwnTask[]): () => void {
  if (own.length === 0) return () => {};
  subscription.honour(
    TASK_IDS,
    own.map(({ id }) => id),
  );
  const ends = own.map((task) =>
    task.watch(() => {
      const answer = task.detailed();
      if ('error' in answer || !isJsonObject(answer.result)) return;
      const { resultType: _type, ...state } = answer.result;
      subscription.channel.notify(CHANGED, state);
    }),
  );
  return () => {
    for (const end of ends) end();
  };
}
