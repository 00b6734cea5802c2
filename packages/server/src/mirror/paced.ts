/** Bodies that anybody may send, as long as they come: who sends nothing, or next to nothing, holds nothing for long. */
import { systemTimers } from '@writ/core';
import { Problem } from '../http/index.ts';

/** How long a body may be waited for beside what came, in milliseconds. */
export const PATIENCE_MS = 5_000;
/** What comes adds to that: so many bytes a second are enough for ever. */
const BYTES_PER_SECOND = 65_536;
const MS_PER_SECOND = 1_000;

/** `chunks` as they come. Throws `request.malformed` once they were waited for longer than {@link PATIENCE_MS} and what came is worth; the time that whoever reads takes between them does not count. */
export async function* paced(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const coming = chunks[Symbol.asyncIterator]();
  let [leftMs, isOver] = [PATIENCE_MS, false];
  try {
    while (!isOver) {
      const began = performance.now();
      const step = await within(coming.next(), leftMs);
      isOver = step.done === true;
      if (step.done === true) return;
      leftMs += (step.value.length * MS_PER_SECOND) / BYTES_PER_SECOND - (performance.now() - began);
      yield step.value;
    }
  } finally {
    // Not waited for: it ends only after what is waited for above, which may be never.
    if (!isOver) void coming.return?.()?.catch(() => undefined);
  }
}

async function within<Value>(coming: Promise<Value>, ms: number): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const cancel = systemTimers.after(Math.max(0, ms), () =>
    late.reject(new Problem('request.malformed', 'the body comes too slowly, and is not waited for')),
  );
  try {
    return await Promise.race([coming, late.promise]);
  } finally {
    cancel();
    coming.catch(() => undefined);
  }
}
