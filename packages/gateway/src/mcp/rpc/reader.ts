/** Pumps a byte stream into messages, pausing it while whoever takes them cannot keep up. */
import type { Readable } from 'node:stream';
import { decodeLine, type MalformedLine, tooLongLine } from './decode-line.ts';
import { LineSplitter, MAX_LINE_BYTES } from './line-splitter.ts';
import type { RpcMessage } from './message.ts';

/** Who takes the messages. */
export interface MessageSink {
  /** One message, and the length of its line in bytes. Must not throw. */
  message(message: RpcMessage, bytes: number): void;
  malformed(line: MalformedLine): void;
  /** Returns what must settle before more is read; `undefined` to go on at once. Asked after each chunk. */
  busy(): Promise<void> | undefined;
}

/** Longest line accepted; absent means {@link MAX_LINE_BYTES}. */
export interface ReadOptions {
  readonly maxLineBytes?: number;
}

/** Reads until the stream ends, fails or is destroyed; a failing stream is an ended one. Memory is bounded by one line. */
export async function readMessages(
  stream: Readable,
  sink: MessageSink,
  options: ReadOptions = {},
): Promise<void> {
  const maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
  const splitter = new LineSplitter(
    {
      line(bytes) {
        const decoded = decodeLine(bytes);
        if (decoded === undefined) return;
        if (decoded.kind === 'malformed') sink.malformed(decoded);
        else sink.message(decoded, bytes.length);
      },
      tooLong: () => sink.malformed(tooLongLine(maxLineBytes)),
    },
    maxLineBytes,
  );
  await new Promise<void>((resolve) => {
    const ended = (): void => {
      stream.off('data', take).off('end', ended).off('close', ended);
      splitter.end();
      resolve();
    };
    const take = (chunk: Uint8Array): void => {
      splitter.push(chunk);
      const busy = sink.busy();
      if (busy === undefined) return;
      stream.pause();
      void busy.then(() => stream.resume());
    };
    // An `error` is followed by `close`; listening keeps it from ending the process.
    stream.on('error', () => {});
    stream.on('data', take).on('end', ended).on('close', ended);
  });
}
