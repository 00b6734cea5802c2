/** Where nodes send their logs, as to any mirror: entries prove themselves, so whoever sends them need not. */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { MirrorAnswer } from '@writ/core';
import { ADD_CHECKPOINT_PATH, ADD_ENTRIES_PATH, MAX_ADD_CHECKPOINT_BYTES } from '@writ/core/proof';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { Problem, readBytes } from '../http/index.ts';
import { nodeIn } from '../nodes/index.ts';
import { ULID } from '../people/index.ts';
import type { LogMirror, Plane } from '../plane.ts';
import { paced } from './paced.ts';
import { tableTarget } from './table-target.ts';
import { enterUpload } from './uploads.ts';

/** Largest file of a copy, in bytes. */
const MAX_FILE_BYTES = 17 * 1024 * 1024;
/** A path of c2sp.org/tlog-tiles. */
const FILE_PATH =
  /^(?:checkpoint|tile\/(?:entries|[0-9]{1,2})\/(?:x[0-9]{3}\/)*[0-9]{3}(?:\.p\/[0-9]{1,3})?)$/;

export const MIRROR_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: `/v1/mirror/${ADD_CHECKPOINT_PATH}`,
    operation: 'addCheckpoint',
    summary: 'Takes a signed checkpoint of a node’s log (c2sp.org/tlog-mirror).',
    access: 'nobody',
    streams: true,
    async handle({ plane, request }) {
      const body = await readBytes(request, MAX_ADD_CHECKPOINT_BYTES);
      return responseOf(await mirrorOf(plane).addCheckpoint(body));
    },
  }),
  defineRoute({
    method: 'post',
    path: `/v1/mirror/${ADD_ENTRIES_PATH}`,
    operation: 'addEntries',
    summary: 'Takes entries of a node’s log, proven part of a checkpoint, and cosigns it once it holds all.',
    access: 'nobody',
    streams: true,
    async handle({ plane, request }) {
      const mirror = mirrorOf(plane);
      let leave: (() => void) | undefined;
      try {
        return responseOf(
          // INVARIANT: a place is taken once the upload named a log and a checkpoint of it that are known: strangers hold none.
          await mirror.addEntries(bodyOf(request), (origin) => void (leave = enterUpload(origin))),
        );
      } catch (thrown) {
        if (!isMiscompressed(thrown)) throw thrown;
        throw new Problem('request.malformed', 'the body is no gzip');
      } finally {
        leave?.();
      }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/nodes/{node}/log-file',
    operation: 'getNodeLogFile',
    summary: 'A file of the copy of a node’s log, to verify it with keys alone (c2sp.org/tlog-tiles).',
    access: 'audit',
    params: { node: ULID },
    query: { path: z.string().max(200).regex(FILE_PATH, 'a path of a tiled log') },
    produces: 'application/octet-stream',
    async handle({ plane, objects, params, query }) {
      const { origin } = nodeIn(objects, params.node);
      const bytes = await tableTarget(plane.tables, origin).read(query.path, MAX_FILE_BYTES);
      if (bytes === undefined) throw new Problem('request.not-found', 'there is no such file of its log');
      return new Response(Buffer.from(bytes), { headers: { 'content-type': 'application/octet-stream' } });
    },
  }),
];

function mirrorOf({ mirror }: Plane): LogMirror {
  if (mirror !== undefined) return mirror;
  throw new Problem('request.not-found', 'this control plane was given no key to mirror logs with');
}

/** The body as it was before compression. Whoever reads it bounds what it inflates to. */
function bodyOf({ headers, body }: Request): AsyncIterable<Uint8Array> {
  if (body === null) return Readable.from([]);
  const chunks = paced(body as AsyncIterable<Uint8Array>);
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding === 'identity') return chunks;
  if (encoding !== 'gzip') throw new Problem('request.media-type', 'bodies are plain or gzip');
  const inflated = createGunzip();
  // Whoever reads hears of the end of either.
  pipeline(Readable.from(chunks), inflated, () => {});
  return inflated;
}

function isMiscompressed(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('Z_');
}

function responseOf({ status, contentType, body }: MirrorAnswer): Response {
  return new Response(body, { status, headers: { 'content-type': contentType, 'accept-encoding': 'gzip' } });
}
