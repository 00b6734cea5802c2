/** Reads a request's body, counting what really arrives: a declared length is a claim. */
import type { IncomingMessage } from 'node:http';

/** The whole body; `too-large` past the bound, the rest unread; `gone` where the client went away first. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'too-large' | 'gone'> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve('too-large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (outcome: Buffer | 'too-large' | 'gone'): void => {
      request.off('data', take).off('end', whole).off('close', gone).off('error', gone);
      // Whatever fails later has nobody to be told.
      request.on('error', () => {});
      resolve(outcome);
    };
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        request.pause();
        end('too-large');
      } else chunks.push(chunk);
    };
    const whole = (): void =>
      end(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    const gone = (): void => end('gone');
    request.on('data', take).on('end', whole).on('close', gone).on('error', gone);
  });
}
