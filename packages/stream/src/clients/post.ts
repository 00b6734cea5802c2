/** One POST: no redirect is followed, and no more of the answer is read than is used. */
import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Fault } from '@writ/core';
import { connectionFault } from './connection-fault.ts';
import type { ClientMaterial } from './read-client-tls.ts';
import { unwanted } from './while-wanted.ts';

/** Most of an answer that is read, in bytes: some tell of each event. */
const MAX_ANSWER_BYTES = 1_048_576;
/** Largest head of an answer, in bytes. */
const MAX_HEAD_BYTES = 16_384;

/** What is posted. */
export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What came back, its body read up to a bound. */
export interface Answer {
  readonly status: number;
  /** Seconds or a date, as it was sent (RFC 9110 §10.2.3). */
  readonly retryAfter?: string;
  readonly body: Buffer;
}

/** A connection that is kept for the next post. */
export interface Poster {
  /** Throws `export.unavailable` where no whole answer came, `export.refused` where one of the two is not trusted. */
  post(what: Post, signal: AbortSignal): Promise<Answer>;
  close(): void;
}

/** Posts to `receiver`, as faults call it, over one connection at a time. `material` is asked for again after a connection failed. */
export function createPoster(receiver: string, material: () => ClientMaterial): Poster {
  let agents: Agents | undefined;
  const close = (): void => {
    agents?.http.destroy();
    agents?.https.destroy();
    agents = undefined;
  };
  return {
    async post({ url, headers, body }, signal) {
      const { http, https } = (agents ??= createAgents(material()));
      const isSecure = url.protocol === 'https:';
      try {
        const asked = (isSecure ? httpsRequest : httpRequest)(url, {
          method: 'POST',
          agent: isSecure ? https : http,
          headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
          maxHeaderSize: MAX_HEAD_BYTES,
          signal,
        });
        return await answered(asked, body, receiver);
      } catch (cause) {
        close();
        if (signal.aborted) throw unwanted(signal);
        throw connectionFault(receiver, cause);
      }
    },
    close,
  };
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

function createAgents(material: ClientMaterial): Agents {
  const options = { keepAlive: true, maxSockets: 1 };
  return { http: new HttpAgent(options), https: new HttpsAgent({ ...options, ...material }) };
}

async function answered(asked: ClientRequest, body: string | Uint8Array, receiver: string): Promise<Answer> {
  const head = Promise.withResolvers<IncomingMessage>();
  asked.once('response', head.resolve);
  // Also after the answer has begun: an error that nobody listens for would end the process.
  asked.on('error', head.reject);
  asked.end(body);
  const answer = await head.promise;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES)
      throw new Fault('export.unavailable', `the answer of ${receiver} is too long`);
    chunks.push(chunk);
  }
  const { statusCode: status = 0 } = answer;
  // A refusal may come early; a yes to what was not told is none.
  if (status >= 200 && status < 300 && !asked.writableFinished)
    throw new Fault('export.unavailable', `${receiver} answered before it was told all`);
  const retryAfter = answer.headers['retry-after'];
  return {
    status,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    body: Buffer.concat(chunks),
  };
}
