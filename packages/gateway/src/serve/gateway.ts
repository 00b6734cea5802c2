/** A gateway over HTTP, opened from a configuration: node, servers, face, listeners, probes. Reads top to bottom in the order in which things begin; they end in the reverse. */
import { Writable } from 'node:stream';
import {
  type Clock,
  type EntryDraft,
  HEARTBEAT_MS,
  isReserveHeld,
  systemClock,
  systemRandom,
  systemTimers,
  type Timers,
} from '@writ/core';
import { type AuthConfiguration, requireSafeListener } from '../auth/index.ts';
import { DEFAULT_GATEWAY, type GatewayConfiguration, requireSafeExposure } from '../config/index.ts';
import { readLogPlace } from '../log/index.ts';
import {
  createHttpFace,
  type GatewayPorts,
  type HttpFace,
  type UpstreamConfig,
  prepareTools,
  CallerTokens,
  Servers,
} from '../mcp/index.ts';
import { openNode, SOFTWARE_VERSION, watchPolicyFiles, type WritNode } from '../node/index.ts';
import {
  createEventLog,
  createMetrics,
  type EventLog,
  meterGuard,
  type MeteredLog,
  meterLog,
  type Metrics,
} from '../telemetry/index.ts';
import { createAdmission, describeAuth, publicDocuments, requireAuth } from './admission.ts';
import { Certificate } from './certificate.ts';
import { createAdminEndpoint, createEndpoint } from './endpoint.ts';
import { Ending } from './ending.ts';
import { type Listener, openListener } from './listener/index.ts';
import { probeServers } from './probe-servers.ts';
import {
  checkClock,
  checkPolicy,
  checkReadiness,
  checkServers,
  createLogCheck,
  type NamedCheck,
  type Readiness,
} from './readiness/index.ts';
import { reloadServers, serversOf } from './reload.ts';
import { type OpenServer, ServerTable } from './servers/index.ts';
import type { GatewayOptions, RunningGateway, Started } from './types.ts';

/** Connections to probes and metrics at once. */
const ADMIN_CONNECTIONS = 64;

/**
 * Opens the gateway of `options.config` and resolves once it serves. Everything that can be wrong without starting anything is found before anything is started.
 * Throws `config.*`, `policy.*`, `key.*`, `log.*`, `upstream.*` and `io.failed`; nothing is left open then.
 */
export async function openGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { config, environment, clock = systemClock, timers = systemTimers } = options;
  const gateway = config.gateway ?? DEFAULT_GATEWAY;
  const auth = requireAuth(gateway);
  requireSafeExposure(gateway, auth.kind === 'checked');
  requireSafeListener(auth, { host: gateway.listen.host, isPersonOsUser: config.isPersonOsUser === true });
  const servers = serversOf(config, environment);
  const events = createEventLog(gateway.log, options.stderr, () => clock.now());
  const metrics = createMetrics({ version: SOFTWARE_VERSION, hasTools: gateway.hasToolMetrics });
  const ending = new Ending();
  ending.add(() => metrics.close());
  try {
    const certificate =
      gateway.tls === undefined
        ? undefined
        : new Certificate({ tls: gateway.tls, now: () => clock.now(), events, metrics });
    ending.add(() => certificate?.close());
    const { node, log } = await openMeasuredNode(options, { clock, events, metrics });
    ending.add(() => node.close());
    const stderr = gateway.log.passesServers ? options.stderr : nowhere();
    const tokens = new CallerTokens();
    const reached = new Servers(servers, { environment, stderr: stderr as Writable, timers, clock, tokens });
    ending.add(() => reached.close());
    const openServer: OpenServer =
      options.openServer ?? ((server, handlers, scope) => reached.open(server, handlers, scope));
    const table = new ServerTable(servers, openServer);
    const state = { hasStarted: false, isDraining: false };
    const readiness = readinessOf({ options, node, log, table, state, clock, timers, stderr });

    const parts: Parts = { gateway, auth, metrics, certificate };
    const adminListener = await openAdmin(parts, readiness);
    ending.add(() => adminListener?.destroy());
    const ports: GatewayPorts = { ...node, timers };
    const expose = config.expose ?? (servers.length > 1 ? 'prefixed' : 'plain');
    await prepareTools(ports, servers, expose, { environment, stderr: stderr as Writable, timers });
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
      }),
      openUpstreams: (handlers, scope) => table.openAll(handlers, scope),
      expose,
      limits: gateway.limits,
      note: (text) => events.write('warn', 'session', text),
    });
    ending.add(() => face.close());
    const listener = await openEndpoint(parts, face, readiness);
    ending.add(() => listener.destroy());
    certificate?.follow(({ context }) => listener.replace(context));
    metrics.watch(() => ({
      ...face.stats(),
      connections: listener.connections,
      servers: table.health(),
      ...(certificate === undefined ? {} : { certificateEnds: certificate.current.ends / 1_000 }),
      isReady: state.hasStarted && !state.isDraining,
    }));

    let current = config;
    const reloading = {
      ports,
      table,
      expose,
      environment,
      stderr,
      timers,
      events,
      metrics,
      renew: () => face.renew(),
      reach: (next: readonly UpstreamConfig[]) => reached.replace(next),
    };
    let last: Promise<unknown> = Promise.resolve();
    const inTurn = (act: () => Promise<boolean>): Promise<boolean> => {
      const turn = last.then(act);
      last = turn.catch(() => {});
      return turn;
    };
    const reloadConfiguration = async (): Promise<boolean> => {
      if (options.load === undefined) return true;
      const { config: next, isTaken } = await reloadServers(current, options.load, reloading);
      current = next;
      return isTaken;
    };
    if (config.file !== undefined && options.load !== undefined) {
      const follow = followed(options.load, () => void inTurn(reloadConfiguration));
      ending.add(watchPolicyFiles([config.file], follow));
    }

    const drain = async (): Promise<void> => {
      state.isDraining = true;
      events.write('info', 'drain.begun', 'not ready any more; what is under way may end');
      await wait(timers, gateway.drain.announceMs, ending.hurried);
      void listener.stop();
      await Promise.race([face.drain(gateway.drain.finishMs), ending.hurried]);
      const { underWay } = face.stats();
      if (underWay > 0)
        events.write('warn', 'drain.cancelled', 'what was still under way is cancelled', { count: underWay });
      await ending.all();
      events.write('info', 'drain.ended', 'the log is closed');
    };
    let draining: Promise<void> | undefined;
    state.hasStarted = true;
    events.write('info', 'gateway.started', `serving ${listener.origin}${gateway.path}`, {
      count: servers.length,
    });
    return {
      started: startedOf({ gateway, node, table, listener, adminListener, auth: describeAuth(auth) }),
      readiness,
      stats: () => face.stats(),
      reload: () =>
        inTurn(async () => {
          await node.policy.reload();
          const isSecured = certificate?.reload() ?? true;
          return (await reloadConfiguration()) && isSecured;
        }),
      drain: () => (draining ??= drain()),
      close() {
        ending.hurry();
        return (draining ??= drain());
      },
    };
  } catch (fault) {
    await ending.all();
    throw fault;
  }
}

interface Parts {
  readonly gateway: GatewayConfiguration;
  readonly auth: AuthConfiguration;
  readonly metrics: Metrics;
  readonly certificate: Certificate | undefined;
}

async function openMeasuredNode(
  { config, random }: GatewayOptions,
  { clock, events, metrics }: { readonly clock: Clock; readonly events: EventLog; readonly metrics: Metrics },
): Promise<{ readonly node: WritNode; readonly log: MeteredLog }> {
  let log: MeteredLog | undefined;
  const node = await openNode({
    config,
    createKeys: true,
    clock,
    ...(random === undefined ? {} : { random }),
    report: (line) => events.write('warn', 'node', line),
    wrapLog(writer) {
      log = meterLog(writer, metrics, clock);
      return log.writer;
    },
    onPolicyChange: (isInForce) => metrics.reloaded('policy', isInForce),
  });
  if (log === undefined) throw new TypeError('the log is not measured');
  return { node, log };
}

interface ReadinessParts {
  readonly options: GatewayOptions;
  readonly node: WritNode;
  readonly log: MeteredLog;
  readonly table: ServerTable;
  readonly state: { readonly hasStarted: boolean; readonly isDraining: boolean };
  readonly clock: Clock;
  readonly timers: Timers;
  readonly stderr: NodeJS.WritableStream;
}

function readinessOf({
  options,
  node,
  log,
  table,
  state,
  clock,
  timers,
  stderr,
}: ReadinessParts): () => Promise<Readiness> {
  const { data } = node.config;
  const isInFolder = readLogPlace(data).kind === 'folder';
  const draft: () => EntryDraft = () => ({
    detail: { kind: 'heartbeat', heartbeat: { everyMs: HEARTBEAT_MS } },
    tenant: node.tenant,
    time: clock.now(),
    monotonicNs: clock.monotonicNs(),
    retentionClass: 'log',
    committed: {},
    concerns: [],
  });
  const checkLog = createLogCheck({
    health: log.health,
    beat: () => node.log.append(draft()),
    hasReserve: () => !isInFolder || isReserveHeld(data),
    clock,
    timers,
  });
  const { environment, openServer } = options;
  const probe = probeServers(table, {
    environment,
    stderr,
    timers,
    clock,
    isInjected: openServer !== undefined,
  });
  const checks: readonly NamedCheck[] = [
    {
      name: 'started',
      look: () => ({
        name: 'started',
        ok: state.hasStarted,
        reason: state.hasStarted ? 'it serves' : 'servers are asked for their tools',
      }),
    },
    {
      name: 'draining',
      look: () => ({
        name: 'draining',
        ok: !state.isDraining,
        reason: state.isDraining ? 'it goes down' : 'it stays up',
      }),
    },
    { name: 'log', look: checkLog },
    { name: 'policy', look: () => checkPolicy(node.policy, node.state) },
    { name: 'clock', look: () => checkClock(clock, node.state) },
    {
      name: 'servers',
      look() {
        const check = checkServers(table.health());
        if (!check.ok) probe();
        return check;
      },
    },
  ];
  return () => checkReadiness(checks);
}

async function openAdmin(
  { gateway, metrics }: Parts,
  readiness: () => Promise<Readiness>,
): Promise<Listener | undefined> {
  if (gateway.admin.on !== 'listen') return undefined;
  return openListener({
    listen: gateway.admin.listen,
    limits: { ...gateway.limits, connections: ADMIN_CONNECTIONS },
    answer: createAdminEndpoint({ gateway, metrics }, { metrics, readiness }),
    onLimit: (limit) => metrics.limited(`admin-${limit}`),
  });
}

function openEndpoint(
  { gateway, auth, metrics, certificate }: Parts,
  face: HttpFace,
  readiness: () => Promise<Readiness>,
): Promise<Listener> {
  const { tls } = gateway;
  return openListener({
    listen: gateway.listen,
    limits: gateway.limits,
    ...(tls === undefined || certificate === undefined
      ? {}
      : {
          tls: {
            context: certificate.current.context,
            asksClients: tls.clientCa !== undefined,
            refusesClients: tls.isClientRequired,
          },
        }),
    answer: createEndpoint({
      gateway,
      metrics,
      handle: (request, response) => face.handle(request, response),
      documents: publicDocuments(auth),
      ...(gateway.admin.on === 'gateway' ? { admin: { metrics, readiness } } : {}),
    }),
    onLimit: (limit) => metrics.limited(limit),
  });
}

function startedOf(parts: {
  readonly gateway: GatewayConfiguration;
  readonly node: WritNode;
  readonly table: ServerTable;
  readonly listener: Listener;
  readonly adminListener: Listener | undefined;
  readonly auth: string;
}): Started {
  const { gateway, node, table, listener, adminListener, auth } = parts;
  return {
    url: `${listener.origin}${gateway.path}`,
    ...(adminListener === undefined
      ? gateway.admin.on === 'gateway'
        ? { adminUrl: listener.origin }
        : {}
      : { adminUrl: adminListener.origin }),
    servers: table.servers.map(({ name }) => name),
    auth,
    tls: gateway.tls !== undefined,
    log: node.log.origin,
    policy: node.policy.current().policyHash,
    mode: node.config.mode,
  };
}

/** Calls `changed` where what `load` reads, or why it cannot, is not what it was. */
function followed(load: () => unknown, changed: () => void): () => void {
  const look = (): string => {
    try {
      return JSON.stringify(load());
    } catch (fault) {
      return String(fault);
    }
  };
  let seen = look();
  return () => {
    const now = look();
    if (now === seen) return;
    seen = now;
    changed();
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
