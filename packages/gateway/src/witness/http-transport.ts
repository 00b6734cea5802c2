/** How a log reaches its witnesses: HTTP or HTTPS, connections kept, small answers, never for long. */
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Fault, type WitnessResponse, type WitnessTransport } from '@writ/core';
import { MAX_COSIGNATURES_BYTES } from '@writ/core/proof';

/** A transport with connections of its own. */
export interface HttpWitnessTransport extends WitnessTransport {
  /** Closes idle connections. Idempotent. */
  close(): void;
}

/** Longest wait for an answer, in milliseconds: a witness syncs to its disk once. */
export const WITNESS_DEADLINE_MS = 2_000;
/** Idle connections do not keep the process alive, and there is one to each witness. */
const AGENT = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };

/** A transport that waits at most `deadlineMs` for each answer (default {@link WITNESS_DEADLINE_MS}). Follows no redirect. */
export function createWitnessTransport(deadlineMs: number = WITNESS_DEADLINE_MS): HttpWitnessTransport {
  const agents = { 'http:': new HttpAgent(AGENT), 'https:': new HttpsAgent(AGENT) };
  return {
    async post(url, body, signal) {
      const isPlain = new URL(url).protocol === 'http:';
      const options = {
        method: 'POST',
        agent: agents[isPlain ? 'http:' : 'https:'],
        headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': body.length },
        signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
      };
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const request = (isPlain ? httpRequest : httpsRequest)(url, options, resolve);
        request.on('error', reject);
        request.end(body);
      });
      return { status: response.statusCode ?? 0, body: await readBody(response) };
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

async function readBody(response: IncomingMessage): Promise<WitnessResponse['body']> {
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
