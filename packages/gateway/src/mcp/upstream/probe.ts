/** Asks a server for its tools before anything is served, so that policy is validated first. */
import { Fault, type JsonObject } from '@writ/core';
import type { UpstreamConfig } from '../ports.ts';
import { METHOD_NOT_FOUND } from '../rpc/index.ts';
import { listAll } from './list-all.ts';
import { Servers, type ServersOptions } from './servers.ts';
import type { Upstream } from './types.ts';

/** How long a server may take to start, initialise and list, in milliseconds. */
export const PROBE_DEADLINE_MS = 60_000;

/** Everything a client may be able to do, so that a server lists every tool it could offer. */
const BROAD_CAPABILITIES: JsonObject = { roots: { listChanged: true }, sampling: {}, elicitation: {} };
const PROBE_PROTOCOL_VERSION = '2025-11-25';
const PROBE_CLIENT: JsonObject = { name: 'writ-probe', version: '0.1.0' };

/**
 * Starts or reaches the server, lists its tools (all pages) and ends the link. What the server asks meanwhile is answered with "method not found".
 *
 * Throws `upstream.start`, `upstream.closed`, `upstream.protocol`, `upstream.credential`, what {@link Servers} throws, or `upstream.timeout` after {@link PROBE_DEADLINE_MS}.
 */
export async function probeTools(
  config: UpstreamConfig,
  options: ServersOptions,
): Promise<readonly JsonObject[]> {
  const servers = new Servers([config], options);
  const upstream = servers.open(
    config,
    {
      request: (asking, request) =>
        asking.answer(request.id, { error: { code: METHOD_NOT_FOUND, message: 'Method not found' } }),
      notification: () => Promise.resolve(),
      malformed: () => {},
      ended: () => {},
      busy: () => undefined,
    },
    { era: 'legacy' },
  );
  const deadline = new AbortController();
  const cancel = options.timers.after(PROBE_DEADLINE_MS, () => deadline.abort());
  try {
    return await askTools(upstream, deadline.signal);
  } catch (cause) {
    if (!deadline.signal.aborted) throw cause;
    const message = `server \`${config.name}\` did not list its tools within ${PROBE_DEADLINE_MS / 1000} seconds`;
    throw new Fault('upstream.timeout', message, { server: config.name }, { cause });
  } finally {
    cancel();
    await upstream.close();
    await servers.close();
  }
}

async function askTools(upstream: Upstream, signal: AbortSignal): Promise<readonly JsonObject[]> {
  const params = {
    protocolVersion: PROBE_PROTOCOL_VERSION,
    capabilities: BROAD_CAPABILITIES,
    clientInfo: PROBE_CLIENT,
  };
  const answer = await upstream.request('initialize', params, { signal });
  if ('error' in answer) {
    const message = `server \`${upstream.name}\` refused to be initialised with error ${answer.error.code}`;
    throw new Fault('upstream.protocol', message, { server: upstream.name });
  }
  upstream.notify('notifications/initialized');
  return listAll(upstream.name, 'tools', (page) => upstream.request('tools/list', page, { signal }));
}
