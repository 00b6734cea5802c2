/** The thread behind a blocking reader: one session, made anew after a failure, one question after another. */
import { workerData } from 'node:worker_threads';
import { describeFault } from '@writ/core';
import type { SqlConnection } from '@writ/core/postgres';
import type { ReadAnswer, ReadQuestion, ReadThreadOptions } from './read-messages.ts';
import { connectSession } from './session.ts';

serve(workerData as ReadThreadOptions);

function serve({ url, port, answered }: ReadThreadOptions): void {
  let session: SqlConnection | undefined;
  const ask = async ({ text, values }: ReadQuestion): Promise<ReadAnswer> => {
    try {
      session ??= await connectSession(url);
      return { rows: (await session.query(text, values)).rows };
    } catch (cause) {
      await session?.close();
      session = undefined;
      return { failure: describeFault(cause) };
    }
  };
  const answer = async (question: ReadQuestion): Promise<ReadAnswer> => {
    const isUsed = session !== undefined;
    const given = await ask(question);
    // A session may have ended since the last question, and reading twice changes nothing.
    return 'failure' in given && isUsed ? ask(question) : given;
  };
  let turn: Promise<void> = Promise.resolve();
  port.on('message', (question: ReadQuestion) => {
    turn = turn
      .then(() => answer(question))
      .then((given) => {
        port.postMessage(given);
        Atomics.add(answered, 0, 1);
        Atomics.notify(answered, 0);
      });
  });
}
