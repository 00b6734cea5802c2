// Two durable appends as something that a load can ask for.
import { appendCalls, draftsOfACall, openDurableLog } from './durable.ts';
import type { End } from './gateway-call.ts';

const CALLERS = 64;

/** The two appends of a call with `bytes` of arguments and of result, one after another, on a log of their own in `folder`. */
export async function openAppends(
  folder: string,
  bytes: number,
): Promise<End & { readonly close: () => Promise<void> }> {
  const log = await openDurableLog(folder);
  const append = appendCalls(log, await draftsOfACall(bytes), CALLERS);
  const both = async (caller: number, done: (problem?: string) => void): Promise<void> => {
    const problem = await append(caller)
      .then(() => append(caller))
      .catch(String);
    done(problem ?? undefined);
  };
  const free = Array.from({ length: CALLERS }, (_, caller) => caller);
  return {
    open: () => {
      const caller = free.pop();
      if (caller === undefined) return Promise.reject(new RangeError('there are no more callers'));
      return Promise.resolve({
        isClosed: false,
        ask: (done) => void both(caller, done),
        close: () => void free.push(caller),
      });
    },
    close: () => log.close(),
  };
}
