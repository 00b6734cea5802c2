/** How a log reaches its witnesses and mirrors: HTTP or HTTPS, connections kept, small answers, never for long. */
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Fault, type WitnessResponse, type WitnessTransport } from '@writ/core';
import { ADD_ENTRIES_CONTENT_TYPE, MAX_COSIGNATURES_BYTES } from '@writ/core/proof';

/** A transport with connections of its own. */
export interface HttpWitnessTransport extends WitnessTransport {
  /** Closes idle connections. Idempotent. */
  close(): void;
}

/** Longest wait for an answer, in milliseconds: a witness syncs to its disk once. */
export const WITNESS_DEADLINE_MS = 2_000;
/** Longest wait for an answer of a mirror, in milliseconds: it takes some megabytes, and syncs for each 256 entries. */
export const MIRROR_DEADLINE_MS = 30_000;
/** Idle connections do not keep the process alive, and there is one to each witness. */
const AGENT = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
/** The quickest compression: entries are text, and shrink to a quarter with any. */
const GZIP_LEVEL = 1;
const PLAIN = 'text/plain; charset=utf-8';

const compress = promisify(gzip);

/** A transport that waits at most `deadlineMs` for each answer (default {@link WITNESS_DEADLINE_MS}). Follows no redirect. Entries are compressed. */
export function createWitnessTransport(deadlineMs: number = WITNESS_DEADLINE_MS): HttpWitnessTransport {
  const agents = { 'http:': new HttpAgent(AGENT), 'https:': new HttpsAgent(AGENT) };
  return {
    async post(url, body, signal, contentType = PLAIN) {
      const isPlain = new URL(url).protocol === 'http:';
      const isCompressed = contentType === ADD_ENTRIES_CONTENT_TYPE;
      const bytes = isCompressed ? await compress(body, { level: GZIP_LEVEL }) : body;
      const options = {
        method: 'POST',
        agent: agents[isPlain ? 'http:' : 'https:'],
        headers: {
          'Content-Type': contentType,
          'Content-Length': bytes.length,
          ...(isCompressed ? { 'Content-Encoding': 'gzip' } : {}),
        },
        signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
      };
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const request = (isPlain ? httpRequest : httpsRequest)(url, options, resolve);
        request.on('error', reject);
        request.end(bytes);
      });
      return { status: response.statusCode ?? 0, body: await readAnswer(response) };
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

async function readAnswer(response: IncomingMessage): Promise<WitnessResponse['body']> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_COSIGNATURES_BYTES) {
      response.destroy();
      throw new Fault(
        'upstream.protocol',
        `a witness answered with more than ${MAX_COSIGNATURES_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
