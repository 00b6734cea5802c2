/** Probes and metrics: three paths that only read. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeFault } from '@writ/core';
import type { Metrics } from '../../telemetry/index.ts';
import type { Readiness } from '../readiness/index.ts';

/** The event loop turns, or nobody would answer. */
export const LIVE_PATH = '/livez';
/** The gateway can do its work now; with `?verbose` every check and its reason. */
export const READY_PATH = '/readyz';
export const METRICS_PATH = '/metrics';
/** All of them. */
export const ADMIN_PATHS: readonly string[] = [LIVE_PATH, READY_PATH, METRICS_PATH];

/** What is answered with. */
export interface AdminOptions {
  readonly metrics: Pick<Metrics, 'read'>;
  readonly readiness: () => Promise<Readiness>;
}

/** Answers a request for `path`, one of {@link ADMIN_PATHS}. Never rejects. */
export async function answerAdmin(
  { metrics, readiness }: AdminOptions,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    write(response, 405, 'text/plain', 'only read\n', { allow: 'GET, HEAD' });
    return;
  }
  try {
    if (path === LIVE_PATH) write(response, 200, 'text/plain', 'ok\n');
    else if (path === READY_PATH) {
      const { isReady, checks } = await readiness();
      const isVerbose = /\?(?:.*&)?verbose(?:[=&]|$)/.test(request.url ?? '');
      const failed = checks.filter(({ ok }) => !ok).map(({ name }) => name);
      const body = { ready: isReady, failed, ...(isVerbose ? { checks } : {}) };
      write(response, isReady ? 200 : 503, 'application/json', `${JSON.stringify(body)}\n`);
    } else {
      const { contentType, text } = await metrics.read();
      write(response, 200, contentType, text);
    }
  } catch (fault) {
    write(response, 500, 'text/plain', `${describeFault(fault)}\n`);
  }
}

function write(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(text);
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body);
}
