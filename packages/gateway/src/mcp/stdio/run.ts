/** `writ mcp`: an MCP server on standard input and output, in front of one or more others. */
import type { Readable, Writable } from 'node:stream';
import { Fault, systemTimers, type Timers } from '@writ/core';
import { serverEnvironment } from '../../config/index.ts';
import type { Expose } from '../naming/index.ts';
import type { GatewayPorts, UpstreamConfig } from '../ports.ts';
import { ProxySession } from '../proxy/index.ts';
import { readMessages } from '../rpc/index.ts';
import { prepareTools } from '../start-tools.ts';
import { acceptedHeaders, Servers } from '../upstream/index.ts';
import { StdioConnection } from './connection.ts';

/** How long requests under way may still be answered once the client closed its end, in milliseconds. */
export const DRAIN_MS = 2_000;

/** Everything ended as it should. */
export const EXIT_OK = 0;
/** Every server ended by itself (EX_IOERR, as where one cannot be started). */
export const EXIT_DESERTED = 74;

/** A gateway over byte streams. */
export interface StdioGatewayOptions {
  /** An opened node, or what the gateway needs of one. It stays open. */
  readonly ports: GatewayPorts;
  /** At least one, in order. */
  readonly servers: readonly UpstreamConfig[];
  /** Absent means plain behind one server and prefixed behind several. */
  readonly expose?: Expose;
  readonly stdin: Readable;
  /** Carries JSON-RPC and nothing else. */
  readonly stdout: Writable;
  /** The servers' own standard error, and lines of the gateway that begin with `writ: `. */
  readonly stderr: Writable;
  /** The environment that servers inherit a minimum of. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * Prepares the tools and the policy, serves until the client, the signal or the last server ends it, and resolves with an exit code.
 * Rejects with a fault where it cannot start: a server that does not, a variable that is not set, tools whose names collide, a policy that does not fit.
 */
export async function runStdioGateway(options: StdioGatewayOptions): Promise<number> {
  const { ports, stdin, stdout, stderr, environment, signal } = options;
  const servers = options.servers.map((server) =>
    'url' in server ? server : { ...server, env: serverEnvironment(server, environment) },
  );
  if (servers.length === 0) throw new Fault('config.invalid', 'no server is configured', { path: 'servers' });
  const timers = ports.timers ?? systemTimers;
  const expose = options.expose ?? (servers.length > 1 ? 'prefixed' : 'plain');
  const note = (text: string): void => void stderr.write(`writ: ${text}\n`);
  const { state } = ports;
  const pins = state.pins.bind(state);
  const pinStanding = state.pinStanding?.bind(state);
  const opened = new Servers(servers, {
    environment,
    stderr,
    timers,
    data: ports.config?.data,
    stops: ports.stops,
    ...(pinStanding === undefined ? {} : { parameterHeaders: acceptedHeaders({ pins, pinStanding }) }),
    report: (_event, text) => note(text),
  });
  await prepareTools(ports, servers, expose, { environment, stderr, timers, mayBeGone: 'some', note });
  const ending = Promise.withResolvers<'deserted' | 'stopped'>();
  const deserted = (): void => ending.resolve('deserted');
  const connection = new StdioConnection(
    stdout,
    ports.guard,
    (client) =>
      new ProxySession({
        ports,
        timers,
        face: 'mcp_stdio',
        openUpstreams: (handlers) => opened.openAll(handlers),
        expose,
        client,
        note,
        deserted,
      }),
  );
  const stop = (): void => ending.resolve('stopped');
  stdout.on('close', stop).on('error', stop);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  const read = readMessages(stdin, connection).then(() => drain(connection, timers, ending.promise));
  const end = await Promise.race([ending.promise, read]);
  // What the servers still owed was failed when they ended; the client is told before the end.
  if (end === 'deserted') await drain(connection, timers, new Promise(() => {}));
  await connection.close(new Fault('upstream.closed', 'the gateway is closing'));
  await opened.close();
  stdin.destroy();
  stdout.off('close', stop).off('error', stop);
  signal?.removeEventListener('abort', stop);
  return end === 'deserted' ? EXIT_DESERTED : EXIT_OK;
}

/** The client says nothing more, and may still read: what is under way gets a little time. */
async function drain(
  connection: StdioConnection,
  timers: Timers,
  ended: Promise<'deserted' | 'stopped'>,
): Promise<'drained' | 'deserted' | 'stopped'> {
  const late = Promise.withResolvers<void>();
  const cancel = timers.after(DRAIN_MS, late.resolve);
  const end = await Promise.race([connection.idle(), late.promise, ended]);
  cancel();
  return end ?? 'drained';
}
