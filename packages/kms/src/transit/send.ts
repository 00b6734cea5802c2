/** One request to a key service over HTTP, bounded in time and length. */
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';

/** Longest answer read, in bytes. */
const MAX_ANSWER_BYTES = 65_536;

/** How to ask. */
export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** In PEM; default the system's. */
  readonly ca?: string;
}

/** The answer to `body` at `url`, or to a `GET` where there is none; redirects are answers. Rejects where there is none in time, or it is too long. */
export function send(
  url: URL,
  body: string | undefined,
  { headers, timeoutMs, ca }: PostOptions,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? requestTls : requestPlain;
    const request = open(
      url,
      {
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        signal: AbortSignal.timeout(timeoutMs),
        agent: false,
        // INVARIANT: no variable of the environment has a certificate believed that nobody vouches for.
        rejectUnauthorized: true,
        ...(ca === undefined ? {} : { ca }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > MAX_ANSWER_BYTES) request.destroy(new Error('the answer is too long'));
          else chunks.push(chunk);
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
