/** The proxy over a node, opened from a configuration. */
import { readFileSync } from 'node:fs';
import {
  type Clock,
  Fault,
  type InterceptedAction,
  type PolicyQuery,
  type Random,
  systemClock,
  systemRandom,
  systemTimers,
  type Timers,
} from '@writ/core';
import {
  type Configuration,
  DEFAULT_AUTHZ,
  DEFAULT_EGRESS,
  DEFAULT_GATEWAY,
  type EgressConfiguration,
  type LocalAddress,
} from '../config/index.ts';
import { loadPolicies, openNode, type WritNode } from '../node/index.ts';
import { readNetwork } from '../network/index.ts';
import { createClientAuth } from './client-auth.ts';
import { authorityFiles, HostCertificates } from './inspect/index.ts';
import { listenLocally, nameOfAddress } from './listen.ts';
import { createProxy, type Proxy, type ProxyOptions } from './proxy.ts';
import { createResolver, ownPlaces, type Resolver } from './reach/index.ts';

/** What the proxy is opened with. */
export interface EgressOptions {
  /** `egress` absent means what `DEFAULT_EGRESS` says. */
  readonly config: Configuration;
  /** Told what an operator should know, one line each. */
  readonly report: (line: string) => void;
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly random?: Random;
  readonly timers?: Timers;
  /** Default: as the configuration says. */
  readonly resolver?: Resolver;
  /** Default: one of its own. */
  readonly node?: WritNode;
}

/** What an operator is told of a proxy that started. */
export interface EgressStarted {
  /** `http://127.0.0.1:8650`, or `unix:` and the path of its socket. */
  readonly proxy: string;
  readonly callers: string;
  readonly inspects: string;
  /** Origin of the log. */
  readonly log: string;
  /** Hash of the policy in force. */
  readonly policy: string;
  readonly mode: string;
}

/** A running proxy. */
export interface RunningEgress {
  readonly started: EgressStarted;
  readonly address: LocalAddress;
  readonly node: WritNode;
  readonly connections: number;
  /** Ends what is under way, recorded so, and closes the log. Idempotent. */
  close(): Promise<void>;
}

/** What the guard adds to the life of a tunnel before it says that it took too long: the tunnel's own end comes first, and has an account. */
const GRACE_MS = 30_000;
const NS_PER_MS = 1_000_000n;

/** Opens the proxy of `options.config` and resolves once it listens. Throws `config.*`, `policy.*`, `key.*`, `log.*`, `io.failed`; nothing is left open then. */
export async function openEgress(options: EgressOptions): Promise<RunningEgress> {
  const { config, report, clock = systemClock, random = systemRandom, timers = systemTimers } = options;
  const egress = config.egress ?? DEFAULT_EGRESS;
  const { limits } = egress;
  const inspect = inspectionOf(egress, config, { clock, random });
  const node =
    options.node ??
    (await openNode({
      config,
      createKeys: true,
      clock,
      random,
      report,
      performMs: limits.lifetimeMs + GRACE_MS,
      // Every connection may be a tunnel.
      maxConcurrent: limits.connections * 2,
    }));
  let taken = 0;
  try {
    if (options.node === undefined) await loadPolicies(node);
    const proxy = createProxy({
      ports: {
        attempt: {
          guard: node.guard,
          couldPermit: (action) => couldPermit(node, action, clock),
          resolver:
            options.resolver ?? createResolver({ servers: egress.dns, timeoutMs: limits.resolveMs, timers }),
          named: {
            networks: egress.allowNetworks.flatMap((text) => readNetwork(text) ?? []),
            hosts: egress.hosts,
          },
          isOwnPlace: ownPlaces(() => new Set([...configuredPorts(config), taken])),
        },
        limits,
        timers,
        now: () => Number(clock.monotonicNs() / NS_PER_MS),
        count: (code) => node.guard.countRefusal(code),
        passesUnread: egress.passesUnread,
        ...(egress.inspect?.ca === undefined ? {} : { ca: readCa(egress.inspect.ca) }),
      },
      admit: createClientAuth({ needsToken: egress.needsToken, data: config.data, clock, report }),
      tlsPorts: new Set(egress.tlsPorts),
      ...inspect,
    });
    const address = await listenLocally(proxy.server, egress.listen);
    taken = 'port' in address ? address.port : 0;
    return running(node, proxy, address, egress);
  } catch (fault) {
    if (options.node === undefined) await node.close();
    throw fault;
  }
}

function running(
  node: WritNode,
  proxy: Proxy,
  address: LocalAddress,
  egress: EgressConfiguration,
): RunningEgress {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    proxy.server.close();
    // First the guard: what is under way is recorded as ended by it, and not as broken by its client.
    const ended = node.close();
    proxy.destroy();
    await ended;
  };
  const { inspect } = egress;
  return {
    address,
    node,
    get connections() {
      return proxy.connections;
    },
    started: {
      proxy: nameOfAddress(address),
      callers: egress.needsToken ? 'API tokens' : 'every user of this machine as the agent, or API tokens',
      inspects: inspect === undefined ? 'nothing inside TLS' : describe(inspect),
      log: node.log.origin,
      policy: node.policy.current().policyHash,
      mode: node.config.mode,
    },
    close: () => (closed ??= close()),
  };
}

function describe({ hosts, except }: NonNullable<EgressConfiguration['inspect']>): string {
  const but = except.length === 0 ? '' : `, but not with ${except.join(', ')}`;
  return `TLS with ${hosts.length === 0 ? 'every host' : hosts.join(', ')}${but}`;
}

function inspectionOf(
  { inspect }: EgressConfiguration,
  config: Configuration,
  ports: { readonly clock: Clock; readonly random: Random },
): Pick<ProxyOptions, 'inspect'> {
  if (inspect === undefined) return {};
  const certificates = new HostCertificates(authorityFiles(config.data), ports);
  const isIn = (host: string, list: readonly string[]): boolean =>
    list.some((one) => (one.startsWith('*.') ? host.endsWith(one.slice(1)) : host === one));
  const applies = (host: string): boolean =>
    (inspect.hosts.length === 0 || isIn(host, inspect.hosts)) && !isIn(host, inspect.except);
  return { inspect: { certificates, applies } };
}

/** Ports of Writ's other doors: those that the configuration names, and those that they have where it says nothing of them. */
function configuredPorts({
  gateway = DEFAULT_GATEWAY,
  egress,
  authz = DEFAULT_AUTHZ,
}: Configuration): readonly number[] {
  const local = (address: LocalAddress | undefined): readonly number[] =>
    address !== undefined && 'port' in address ? [address.port] : [];
  return [
    ...local(egress?.listen),
    ...local(authz.listen),
    ...local(gateway.listen),
    ...(gateway.admin.on === 'listen' ? [gateway.admin.listen.port] : []),
  ].filter((port) => port !== 0);
}

/**
 * Asks the kill switches and the policies beforehand, without facts that only the guard has: whether it is worth to look the host's name up. What is
 * answered decides nothing else; where it cannot be asked, nothing is looked up.
 */
function couldPermit(node: WritNode, action: InterceptedAction, clock: Clock): boolean {
  if (node.stops.isStopped(action.caller)) return false;
  const { agent, person } = node.config;
  const { id, team, org } = agent;
  const at = clock.now();
  const caller = action.caller ?? {
    agent: { id, ...(team === undefined ? {} : { team }), ...(org === undefined ? {} : { org }) },
    ...(person === undefined ? {} : { person }),
    authentication: { method: 'configured' as const, assurance: 0 as const, credentialId: 'none', at },
  };
  const query: PolicyQuery = {
    subject: { chain: [], ...caller },
    initiator: 'agent',
    phase: 'call',
    parts: action.parts,
    lifted: new Set(),
    context: {
      args: action.args,
      session: { id: '', labels: [] },
      findings: [],
      factsMissing: [],
      time: at,
    },
  };
  try {
    const { verdict, would } = node.policy.current().decide(query);
    return verdict !== 'deny' || would !== undefined;
  } catch {
    return false;
  }
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Fault('config.unreadable', `cannot read the authorities in \`${file}\``, { file }, { cause });
  }
}
