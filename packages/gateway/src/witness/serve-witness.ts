/** A witness over HTTP: `POST /add-checkpoint` and nothing else (c2sp.org/tlog-witness). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Witness } from '@writ/core';
import { ADD_CHECKPOINT_PATH, MAX_ADD_CHECKPOINT_BYTES } from '@writ/core/proof';
import {
  type BoundedServer,
  type BoundedServerOptions,
  readBody,
  refuse,
  serveBounded,
} from './bounded-server.ts';

/** Where and what to serve. */
export interface ServeWitnessOptions extends Pick<BoundedServerOptions, 'host' | 'port' | 'onFault'> {
  readonly witness: Pick<Witness, 'addCheckpoint'>;
}

/** Longest time for all of a request, in milliseconds. */
const REQUEST_MS = 10_000;

/** Serves `witness`. Throws `io.failed` where the address cannot be listened at. */
export function serveWitness({ witness, ...where }: ServeWitnessOptions): Promise<BoundedServer> {
  return serveBounded({
    ...where,
    requestMs: REQUEST_MS,
    // INVARIANT: what fails here, failed before anything was cosigned.
    answer: (request, response) => answer(witness, request, response),
  });
}

async function answer(
  witness: ServeWitnessOptions['witness'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (new URL(request.url ?? '', 'http://witness').pathname !== `/${ADD_CHECKPOINT_PATH}`) {
    refuse(response, 404, 'a witness has `/add-checkpoint` alone');
  } else if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    refuse(response, 405, 'checkpoints are posted');
  } else {
    const body = await readBody(request, MAX_ADD_CHECKPOINT_BYTES);
    if (body === undefined) return refuse(response, 413, `at most ${MAX_ADD_CHECKPOINT_BYTES} bytes`);
    const { status, contentType, body: text } = await witness.addCheckpoint(body);
    response.writeHead(status, { 'Content-Type': contentType }).end(text);
  }
}
