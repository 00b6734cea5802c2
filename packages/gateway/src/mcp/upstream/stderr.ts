/** Passes on what servers write for people. */
import type { Readable, Writable } from 'node:stream';

/** Longest line that is kept whole before it gets its prefix, in bytes. */
const MAX_LINE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** Copies `from` to `to`: byte for byte, or with `[name] ` before each line where a name is given. Never ends `to`. */
export function passStderr(from: Readable, to: Writable, name: string | undefined): void {
  from.on('error', () => {});
  if (name === undefined) {
    from.on('data', (chunk: Buffer) => write(from, to, chunk));
    return;
  }
  const prefix = Buffer.from(`[${name}] `);
  let held: Buffer = Buffer.alloc(0);
  from.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    const lines: Buffer[] = [];
    for (let newline = held.indexOf(NEWLINE); newline >= 0; newline = held.indexOf(NEWLINE)) {
      lines.push(prefix, held.subarray(0, newline + 1));
      held = held.subarray(newline + 1);
    }
    if (held.length > MAX_LINE_BYTES) {
      lines.push(prefix, held, Buffer.of(NEWLINE));
      held = Buffer.alloc(0);
    }
    if (lines.length > 0) write(from, to, Buffer.concat(lines));
  });
  from.on('end', () => {
    if (held.length > 0) write(from, to, Buffer.concat([prefix, held, Buffer.of(NEWLINE)]));
  });
}

function write(from: Readable, to: Writable, bytes: Buffer): void {
  if (to.write(bytes)) return;
  from.pause();
  const resume = (): void => {
    to.off('drain', resume).off('close', resume).off('error', resume);
    from.resume();
  };
  to.on('drain', resume).on('close', resume).on('error', resume);
}
