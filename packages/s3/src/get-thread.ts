/** The thread behind a blocking reader of objects: one question after another. */
import { workerData } from 'node:worker_threads';
import { describeFault } from '@writ/core';
import type { GetAnswer, GetQuestion, GetThreadOptions } from './get-messages.ts';
import { openS3 } from './open-s3.ts';

serve(workerData as GetThreadOptions);

function serve({ options, port, answered }: GetThreadOptions): void {
  const opening = openS3({ ...options, objectLock: 'none', now: () => 0 });
  // Told to whoever asks.
  opening.catch(() => {});
  const answer = async ({ name, maximum }: GetQuestion): Promise<GetAnswer> => {
    try {
      return { bytes: (await (await opening).get(name, maximum))?.bytes };
    } catch (cause) {
      return { failure: describeFault(cause) };
    }
  };
  let turn: Promise<void> = Promise.resolve();
  port.on('message', (question: GetQuestion) => {
    turn = turn
      .then(() => answer(question))
      .then((given) => {
        port.postMessage(given);
        Atomics.add(answered, 0, 1);
        Atomics.notify(answered, 0);
      });
  });
}
