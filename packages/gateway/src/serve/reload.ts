/** Reading again what may change while a gateway runs: its servers, its policies and its certificate. What cannot be used leaves what was. */
import { describeFault, Fault, isFault, type Timers } from '@writ/core';
import { type Configuration, serverEnvironment } from '../config/index.ts';
import { type Expose, type GatewayPorts, prepareTools, type UpstreamConfig } from '../mcp/index.ts';
import type { EventLog, Metrics } from '../telemetry/index.ts';
import type { ServerTable } from './servers/index.ts';

/** What a reload works on. */
export interface ReloadOptions {
  readonly ports: GatewayPorts;
  readonly table: ServerTable;
  readonly expose: Expose;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stderr: NodeJS.WritableStream;
  readonly timers: Timers;
  readonly events: EventLog;
  readonly metrics: Metrics;
  /** Makes connections and credentials for these servers; throws where one cannot be. */
  readonly reach: (servers: readonly UpstreamConfig[]) => void;
  /** Sessions opened from now on open their servers anew. */
  readonly renew: () => void;
}

/** Sections that are read at the start alone. */
const FIXED = [
  'policies',
  'mode',
  'auditUntil',
  'shadow',
  'agent',
  'person',
  'data',
  'origin',
  'log',
  'publish',
  'witnesses',
  'replicate',
  'approvals',
  'expose',
  'hasReceipts',
  'detectors',
  'gateway',
  'privacy',
  'export',
] as const satisfies readonly (keyof Configuration)[];

/** The servers of `config` with their variables filled in. Throws `config.invalid`. */
export function serversOf(
  config: Configuration,
  environment: Readonly<Record<string, string | undefined>>,
): readonly UpstreamConfig[] {
  return config.servers.map((server) =>
    'url' in server ? server : { ...server, env: serverEnvironment(server, environment) },
  );
}

/**
 * Takes over the servers that `load` reads; `before` is the configuration that was read last. Resolves with the one in force now, and whether it is the new one.
 *
 * INVARIANT: tools of new servers are pinned, and the policies fit them, before any session sees the servers.
 */
export async function reloadServers(
  before: Configuration,
  load: () => Configuration,
  options: ReloadOptions,
): Promise<{ readonly config: Configuration; readonly isTaken: boolean }> {
  const { table, events, metrics } = options;
  try {
    const config = load();
    const servers = serversOf(config, options.environment);
    if (servers.length === 0)
      throw new Fault('config.invalid', 'no server is configured', { path: 'servers' });
    refuseOtherCallers(before, config);
    const { added, removed, changed } = table.compare(servers);
    if (added.length + removed.length + changed.length > 0) {
      await prepare(servers, options);
      options.reach(servers);
      await table.replace(servers);
      options.renew();
      const said = [
        ...added.map((name) => `${name} added`),
        ...removed.map((name) => `${name} removed`),
        ...changed.map((name) => `${name} changed`),
      ];
      events.write('info', 'reload.servers', `servers: ${said.join(', ')}`, { count: servers.length });
    }
    sayFixed(before, config, events);
    metrics.reloaded('configuration', true);
    return { config, isTaken: true };
  } catch (fault) {
    const code = isFault(fault) ? { code: fault.code } : {};
    const text = `the changed configuration is not usable, and the one before stays in force: ${describeFault(fault)}`;
    events.write('error', 'reload.failed', text, code);
    metrics.reloaded('configuration', false);
    return { config: before, isTaken: false };
  }
}

/** Who may call is settled at the start. Whoever reads it anew must not believe that somebody was shut out, or let in. */
function refuseOtherCallers(before: Configuration, after: Configuration): void {
  if (JSON.stringify(before.gateway?.auth) === JSON.stringify(after.gateway?.auth)) return;
  throw new Fault('config.invalid', '`gateway.auth` says another thing than at the start', {
    path: 'gateway.auth',
    hint: 'start the gateway again; to shut one caller out at once, revoke the token or kill the agent',
  });
}

/** As at the start, but that policies which do not fit leave the last good set in force. */
async function prepare(servers: readonly UpstreamConfig[], options: ReloadOptions): Promise<void> {
  const { ports, expose, environment, stderr, timers } = options;
  const following: GatewayPorts = {
    ...ports,
    policy: {
      setTools: (tools) => ports.policy.setTools(tools),
      async load(tools) {
        if (await ports.policy.setTools(tools)) return;
        const hint = 'write policies that fit first; the line before this one says what does not';
        throw new Fault('config.invalid', 'the policies do not fit the tools of the changed servers', {
          path: 'servers',
          hint,
        });
      },
    },
  };
  await prepareTools(following, servers, expose, { environment, stderr: stderr as never, timers });
}

function sayFixed(before: Configuration, after: Configuration, events: EventLog): void {
  const changed = FIXED.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (changed.length === 0) return;
  const names = changed.map((name) => `\`${name}\``).join(', ');
  events.write('warn', 'reload.needs-restart', `changes of ${names} take effect with the next start`);
}
