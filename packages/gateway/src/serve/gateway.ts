/** A gateway over HTTP, opened from a configuration. Reads top to bottom in the order in which its parts begin; they end in the reverse. */
import { Writable } from 'node:stream';
import { systemClock, systemRandom, systemTimers, type Timers } from '@writ/core';
import { type AuthConfiguration, requireSafeListener } from '../auth/index.ts';
import {
  type Configuration,
  DEFAULT_GATEWAY,
  type GatewayConfiguration,
  requireSafeExposure,
} from '../config/index.ts';
import {
  acceptedHeaders,
  CallerTokens,
  createHttpFace,
  type GatewayPorts,
  type HttpFace,
  prepareTools,
  Servers,
  type UpstreamConfig,
} from '../mcp/index.ts';
import { SOFTWARE_VERSION, type WritNode } from '../node/index.ts';
import { createEventLog, createMetrics, type EventLog, meterGuard, watchCases } from '../telemetry/index.ts';
import { createAdmission, describeAuth, requireAuth } from './admission.ts';
import { recordOutages } from './record-outages.ts';
import { Certificate } from './certificate.ts';
import { Ending } from './ending.ts';
import { Following } from './following.ts';
import type { Listener } from './listener/index.ts';
import { type ListenerParts, openAdmin, openEndpoint } from './listeners.ts';
import { type Observing, openMeasuredNode } from './measured-node.ts';
import { lookAt } from './probe-servers.ts';
import { readinessOf } from './ready.ts';
import { serversOf } from './reload.ts';
import { ServerTable } from './servers/index.ts';
import type { GatewayOptions, RunningGateway, Started } from './types.ts';

/** What is settled before anything is started. */
interface Settled {
  readonly config: Configuration;
  readonly gateway: GatewayConfiguration;
  readonly auth: AuthConfiguration;
  readonly servers: readonly UpstreamConfig[];
  readonly observing: Observing;
  readonly certificate: Certificate | undefined;
  readonly timers: Timers;
  /** For what servers write for people. */
  readonly stderr: Writable;
}

/** How far the gateway is. */
interface State {
  hasStarted: boolean;
  isDraining: boolean;
}

/**
 * Opens the gateway of `options.config` and resolves once it serves. Everything that can be wrong without starting anything is found before anything is started.
 * Throws `config.*`, `policy.*`, `key.*`, `log.*`, `upstream.*` and `io.failed`; nothing is left open then.
 */
export async function openGateway(options: GatewayOptions): Promise<RunningGateway> {
  const ending = new Ending();
  try {
    return await open(options, settle(options, ending), ending);
  } catch (fault) {
    await ending.all();
    throw fault;
  }
}

function settle(options: GatewayOptions, ending: Ending): Settled {
  const { config, environment, clock = systemClock, timers = systemTimers } = options;
  const gateway = config.gateway ?? DEFAULT_GATEWAY;
  const auth = requireAuth(gateway);
  requireSafeExposure(gateway, auth.kind === 'checked');
  requireSafeListener(auth, { host: gateway.listen.host, isPersonOsUser: config.isPersonOsUser === true });
  const servers = serversOf(config, environment);
  const events = createEventLog(gateway.log, options.stderr, () => clock.now());
  const metrics = createMetrics({ version: SOFTWARE_VERSION, hasTools: gateway.hasToolMetrics });
  ending.add(() => metrics.close());
  const { tls } = gateway;
  const credentials = environment['CREDENTIALS_DIRECTORY'];
  const certificate =
    tls === undefined
      ? undefined
      : new Certificate({ tls, now: () => clock.now(), credentials, events, metrics });
  ending.add(() => certificate?.close());
  const stderr = gateway.log.passesServers ? (options.stderr as Writable) : nowhere();
  return {
    config,
    gateway,
    auth,
    servers,
    observing: { clock, events, metrics },
    certificate,
    timers,
    stderr,
  };
}

async function open(options: GatewayOptions, settled: Settled, ending: Ending): Promise<RunningGateway> {
  const { config, gateway, auth, servers, observing, certificate, timers, stderr } = settled;
  const { clock, events, metrics } = observing;
  const { environment } = options;
  const { node, log } = await openMeasuredNode(options, observing);
  ending.add(() => node.close());
  const tokens = new CallerTokens();
  const reached = new Servers(servers, {
    environment,
    stderr,
    timers,
    clock,
    tokens,
    stops: node.stops,
    parameterHeaders: acceptedHeaders(node.state),
    data: config.data,
    report: (event, text, server) =>
      events.write(event === 'credential.stepped-up' ? 'info' : 'warn', event, text, { server }),
  });
  ending.add(() => reached.close());
  const table = new ServerTable(
    servers,
    options.openServer ?? ((server, handlers, scope) => reached.open(server, handlers, scope)),
  );
  const state: State = { hasStarted: false, isDraining: false };
  const readiness = readinessOf({ options, node, log, table, state, clock, timers, stderr });
  const parts: ListenerParts = { gateway, auth, metrics, certificate, readiness };
  const adminListener = await openAdmin(parts);
  ending.add(() => adminListener?.destroy());

  const ports: GatewayPorts = { ...node, timers };
  const expose = config.expose ?? (servers.length > 1 ? 'prefixed' : 'plain');
  const asked = await prepareTools(ports, servers, expose, {
    environment,
    stderr,
    timers,
    mayBeGone: 'all',
    note: (text) => events.write('warn', 'start.server-gone', text),
  });
  for (const [name, isUp] of asked) table.saw(name, isUp);
  node.policy.watch();
  const face = createHttpFace({
    ports,
    guardOf: (era) =>
      meterGuard(node.guard, { metrics, events, clock, era, isServer: (name) => table.has(name) }),
    timers,
    random: options.random ?? systemRandom,
    authenticate: createAdmission(auth, {
      clock,
      data: config.data,
      metrics,
      events,
      hold: (caller, token) => tokens.hold(caller, { token }),
      outage: recordOutages(node, events),
      trusts: (issuer) => node.policy.issuers?.()?.includes(issuer) ?? true,
    }),
    openUpstreams: (handlers, scope) => table.openAll(handlers, scope),
    expose,
    limits: gateway.limits,
    note: (text) => events.write('warn', 'session', text),
  });
  const listener = await openEndpoint(parts, face);
  ending.add(() => listener.destroy());
  // Before the connections, so that whoever still waits is answered.
  ending.add(() => face.close());
  certificate?.follow(({ context }) => listener.replace(context));
  const cases = watchCases(node.state, clock);
  metrics.watch(() => ({
    ...face.stats(),
    connections: listener.connections,
    servers: table.health(),
    ...(certificate === undefined ? {} : { certificateEnds: certificate.current.ends / 1_000 }),
    isReady: state.hasStarted && !state.isDraining,
    ...(node.destinations === undefined ? {} : { destinations: node.destinations() }),
    ...(node.retention === undefined ? {} : { retention: node.retention() }),
    cases: cases(),
  }));
  const following = new Following({
    config,
    load: options.load,
    certificate,
    reloadPolicies: () => node.policy.reload(),
    ports,
    table,
    expose,
    environment,
    stderr,
    timers,
    events,
    metrics,
    renew: () => face.renew(),
    reach: (next) => reached.replace(next),
  });
  ending.add(() => following.close());
  state.hasStarted = true;
  // Nobody asked these yet. A program would be started for nothing else.
  if (options.openServer === undefined)
    void lookAt(
      table,
      servers.filter((server) => 'url' in server && !asked.has(server.name)),
      { data: config.data, environment, stderr, timers, stops: node.stops },
    );
  const started = startedOf({ settled, node, table, listener, adminListener });
  events.write('info', 'gateway.started', `serving ${started.url}`);
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => (ended ??= drain({ settled, state, listener, face, ending, events }));
  return {
    started,
    readiness,
    stats: () => face.stats(),
    reload: () => following.reload(),
    drain: end,
    close() {
      ending.hurry();
      return end();
    },
  };
}

async function drain(parts: {
  readonly settled: Settled;
  readonly state: State;
  readonly listener: Listener;
  readonly face: HttpFace;
  readonly ending: Ending;
  readonly events: EventLog;
}): Promise<void> {
  const { settled, state, listener, face, ending, events } = parts;
  const { announceMs, finishMs } = settled.gateway.drain;
  state.isDraining = true;
  events.write('info', 'drain.begun', 'not ready any more; what is under way may end');
  await wait(settled.timers, announceMs, ending.hurried);
  void listener.stop();
  await Promise.race([face.drain(finishMs), ending.hurried]);
  const { underWay } = face.stats();
  if (underWay > 0)
    events.write('warn', 'drain.cancelled', 'what was still under way is cancelled', { count: underWay });
  await ending.all();
  events.write('info', 'drain.ended', 'the log is closed');
}

function startedOf(parts: {
  readonly settled: Settled;
  readonly node: WritNode;
  readonly table: ServerTable;
  readonly listener: Listener;
  readonly adminListener: Listener | undefined;
}): Started {
  const { settled, node, table, listener, adminListener } = parts;
  const { gateway, auth } = settled;
  return {
    url: `${listener.origin}${gateway.path}`,
    ...(adminListener === undefined
      ? gateway.admin.on === 'gateway'
        ? { adminUrl: listener.origin }
        : {}
      : { adminUrl: adminListener.origin }),
    servers: table.servers.map(({ name }) => name),
    auth: describeAuth(auth),
    tls: gateway.tls !== undefined,
    log: node.log.origin,
    policy: node.policy.current().policyHash,
    mode: node.config.mode,
  };
}

/** What servers write for people goes nowhere: it may hold what callers sent. */
function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

async function wait(timers: Timers, ms: number, hurried: Promise<void>): Promise<void> {
  if (ms === 0) return;
  const late = Promise.withResolvers<void>();
  const cancel = timers.after(ms, late.resolve);
  await Promise.race([late.promise, hurried]);
  cancel();
}
