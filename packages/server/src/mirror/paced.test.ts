import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PATIENCE_MS, paced } from './paced.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A body whose pieces a test sends. */
function body(): { readonly stream: ReadableStream<Uint8Array>; send(bytes: number): void; end(): void } {
  let sender: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (sender = controller) });
  return {
    stream,
    send: (bytes) => sender?.enqueue(new Uint8Array(bytes)),
    end: () => sender?.close(),
  };
}

/** Reads all of it; answers how many bytes came, or why no more do. */
function reading(stream: ReadableStream<Uint8Array>): { readonly end: Promise<string>; bytes: number } {
  const read = { bytes: 0, end: Promise.resolve('') };
  read.end = (async () => {
    try {
      for await (const chunk of paced(stream)) read.bytes += chunk.length;
      return 'whole';
    } catch (problem) {
      return (problem as { readonly code: string }).code;
    }
  })();
  return read;
}

test('a body that never begins is not waited for', async () => {
  const read = reading(body().stream);
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  expect(await read.end).toBe('request.malformed');
});

test('a body that comes in drops is not waited for much longer', async () => {
  const { stream, send } = body();
  const read = reading(stream);
  for (let second = 0; second < 5; second += 1) {
    send(1);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  await vi.advanceTimersByTimeAsync(1);
  expect(await read.end).toBe('request.malformed');
  expect(read.bytes).toBe(5);
});

test('a body that comes steadily is taken to its end, however long that is', async () => {
  const { stream, send, end } = body();
  const read = reading(stream);
  for (let second = 0; second < 60; second += 1) {
    send(65_536);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  end();
  expect(await read.end).toBe('whole');
  expect(read.bytes).toBe(60 * 65_536);
});
