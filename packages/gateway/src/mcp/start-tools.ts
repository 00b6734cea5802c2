/** Before anything is served: every server's tools are known, and the policies fit them. */
import { Fault, isFault, ownProperty, type ToolDefinition } from '@writ/core';
import { collisions, type Expose } from './naming/index.ts';
import type { GatewayPorts, UpstreamConfig } from './ports.ts';
import { policyTools } from '../definitions/index.ts';
import { probeTools, type ServersOptions } from './upstream/index.ts';

/** Faults of a server that is not there. */
const GONE: ReadonlySet<string> = new Set(['upstream.start', 'upstream.closed', 'upstream.timeout']);

/** How many servers may be out of reach although nothing is known of their tools. */
export type Absence = 'none' | 'some' | 'all';

/** What preparing takes. */
export interface PrepareOptions extends Omit<ServersOptions, 'prefixed' | 'stops'> {
  /** Default `none`. */
  readonly mayBeGone?: Absence;
  /** One line for the operator. */
  readonly note?: (text: string) => void;
}

/**
 * Asks each server for its tools that has none pinned yet, pins them, and puts the policies in force against them.
 * Where tools are pinned already, they serve for the start, and the live list is compared once it comes. A server that is out of reach, where that may be, is
 * asked by the first session that wants it; until then what policies say of its tools is taken as given, and none of them is called.
 *
 * Resolves with whether each server that was asked is there. Throws what a probe throws, `config.invalid` where two tools would have one name, and the first
 * `policy.*` fault: then nothing may be served.
 */
export async function prepareTools(
  ports: GatewayPorts,
  servers: readonly UpstreamConfig[],
  expose: Expose,
  { mayBeGone = 'none', note = () => {}, ...options }: PrepareOptions,
): Promise<ReadonlyMap<string, boolean>> {
  const asked = new Map<string, boolean>();
  const gone = new Map<string, Fault>();
  const prefixed = servers.length > 1;
  const listed = await Promise.all(
    servers.map(async (server): Promise<readonly ToolDefinition[]> => {
      if (ports.state.pins(server.name).length > 0) return [];
      const { config, stops } = ports;
      const probe = { data: config?.data, ...options, stops, prefixed };
      const items = await probeTools(server, probe).catch((fault: unknown) => {
        // To a server that is stopped nothing is shown; it may be one that answers nobody without it.
        const isGone =
          isFault(fault) && (GONE.has(fault.code) || stops?.isStopped(undefined, server.name) === true);
        if (mayBeGone === 'none' || !isGone) throw withHint(fault);
        gone.set(server.name, fault);
        return [];
      });
      asked.set(server.name, !gone.has(server.name));
      const definitions = items.flatMap((definition): ToolDefinition[] => {
        const name = ownProperty(definition, 'name');
        return typeof name === 'string' && name !== '' ? [{ server: server.name, name, definition }] : [];
      });
      const unique = definitions.filter(
        (one) => definitions.filter(({ name }) => name === one.name).length === 1,
      );
      return unique;
    }),
  );
  const [first] = gone.values();
  if (first !== undefined && gone.size === servers.length && mayBeGone === 'some') throw withHint(first);
  // In the order of the configuration: of two tools that could be taken for one another, the later server's is the one that is questioned.
  for (const [index, server] of servers.entries()) {
    const own = listed[index] ?? [];
    if (own.length > 0) await ports.pins.pinTools(server.isTrusted ?? false, own, listed.flat());
  }
  const names = new Set(servers.map(({ name }) => name));
  const pins = ports.state.pins().filter(({ server }) => names.has(server));
  refuseCollisions(
    expose,
    pins.map(({ server, tool }) => ({ server, name: tool })),
  );
  for (const { message } of gone.values())
    note(`${message}; none of its tools is called before it is there and the policies fit them`);
  await ports.policy.load(policyTools(pins), [...gone.keys()]);
  return asked;
}

/** `fault` of a server whose tools nobody knows yet, with why nothing is served without it, unless it says itself what to do. */
function withHint(fault: unknown): unknown {
  if (!isFault(fault) || !GONE.has(fault.code) || 'hint' in fault.data) return fault;
  const hint =
    'policies are checked against the tools of every server, and those of this one are not known yet: start it, or take it out of `servers`';
  return new Fault(fault.code, fault.message, { ...fault.data, hint });
}

function refuseCollisions(
  expose: Expose,
  tools: readonly { readonly server: string; readonly name: string }[],
): void {
  const [met] = collisions(expose, tools);
  if (met === undefined) return;
  const [exposed, owners] = met;
  const ids = owners.map(({ server, name }) => `\`${server}/${name}\``).join(' and ');
  throw new Fault('config.invalid', `${ids} would both be exposed as \`${exposed}\``, {
    path: 'expose',
    hint: expose === 'plain' ? 'set `expose: prefixed`' : 'rename one of the servers',
  });
}
