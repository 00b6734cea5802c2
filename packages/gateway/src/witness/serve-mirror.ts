/** A mirror over HTTP: `POST /add-checkpoint` and `POST /add-entries` (c2sp.org/tlog-mirror). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Mirror, MirrorAnswer } from '@writ/core';
import { ADD_CHECKPOINT_PATH, ADD_ENTRIES_PATH, MAX_ADD_CHECKPOINT_BYTES } from '@writ/core/proof';
import {
  type BoundedServer,
  type BoundedServerOptions,
  readBody,
  refuse,
  serveBounded,
} from './bounded-server.ts';

/** Where and what to serve. */
export interface ServeMirrorOptions extends Pick<BoundedServerOptions, 'host' | 'port' | 'onFault'> {
  readonly mirror: Pick<Mirror, 'addCheckpoint' | 'addEntries'>;
}

/** Longest time for all of a request, in milliseconds: some megabytes over a slow line. */
const REQUEST_MS = 60_000;
/** Most uploads at once. Each holds one package of entries, 16 MiB at the very most. */
const MAX_UPLOADS = 16;
/** When a sender that came too many should come again, in seconds. */
const RETRY_SECONDS = 5;

/** Serves `mirror`. Throws `io.failed` where the address cannot be listened at. */
export function serveMirror({ mirror, ...where }: ServeMirrorOptions): Promise<BoundedServer> {
  let uploads = 0;
  const upload = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (uploads === MAX_UPLOADS) {
      response.setHeader('Retry-After', RETRY_SECONDS);
      return refuse(response, 503, 'too many uploads at once');
    }
    uploads += 1;
    try {
      const body = bodyOf(request);
      if (body === undefined) return refuse(response, 415, 'bodies are plain or gzip');
      send(request, response, await mirror.addEntries(body));
    } catch (fault) {
      if (!isMiscompressed(fault)) throw fault;
      refuse(response, 400, 'the body is no gzip');
    } finally {
      uploads -= 1;
    }
  };
  const offer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request, MAX_ADD_CHECKPOINT_BYTES);
    if (body === undefined) return refuse(response, 413, `at most ${MAX_ADD_CHECKPOINT_BYTES} bytes`);
    send(request, response, await mirror.addCheckpoint(body));
  };
  return serveBounded({
    ...where,
    requestMs: REQUEST_MS,
    async answer(request, response) {
      const { pathname } = new URL(request.url ?? '', 'http://mirror');
      const take = { [`/${ADD_CHECKPOINT_PATH}`]: offer, [`/${ADD_ENTRIES_PATH}`]: upload }[pathname];
      if (take === undefined)
        return refuse(response, 404, 'a mirror has `/add-checkpoint` and `/add-entries`');
      if (request.method === 'POST') return take(request, response);
      response.setHeader('Allow', 'POST');
      refuse(response, 405, 'checkpoints and entries are posted');
    },
  });
}

/** The body as it was before compression; `undefined` for one that is not understood. */
function bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> | undefined {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return request;
  if (encoding !== 'gzip') return undefined;
  // What inflates to more than any request may have is stopped by whoever reads it.
  const inflated = createGunzip();
  // Whoever reads hears of the end of either.
  pipeline(request, inflated, () => {});
  return inflated;
}

function isMiscompressed(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && String(fault.code).startsWith('Z_');
}

function send(
  { complete }: IncomingMessage,
  response: ServerResponse,
  { status, contentType, body }: MirrorAnswer,
): void {
  const headers = { 'Content-Type': contentType, 'Accept-Encoding': 'gzip' };
  // What is left of a body that was answered before its end would be taken for the next request.
  response.writeHead(status, complete ? headers : { ...headers, Connection: 'close' }).end(body);
}
