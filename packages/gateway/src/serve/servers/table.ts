/** The servers as they are configured now, the links of sessions to them, and whether they answered last. */
import { Fault } from '@writ/core';
import type { SessionScope, Upstream, UpstreamConfig, UpstreamHandlers } from '../../mcp/index.ts';
import { Link } from './link.ts';

/** Opens one server for one session. */
export type OpenServer = (
  config: UpstreamConfig,
  handlers: UpstreamHandlers,
  scope: SessionScope,
) => Upstream;

/** What became of servers when another configuration took over. */
export interface ServerChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

interface Row {
  readonly config: UpstreamConfig;
  readonly links: Set<Link>;
  isUp: boolean | undefined;
}

/** The table. */
export class ServerTable {
  readonly #open: OpenServer;
  #rows: ReadonlyMap<string, Row>;

  constructor(servers: readonly UpstreamConfig[], open: OpenServer) {
    this.#open = open;
    this.#rows = new Map(servers.map((config) => [config.name, emptyRow(config)]));
  }

  /** As they are configured now, in order. */
  get servers(): readonly UpstreamConfig[] {
    return [...this.#rows.values()].map(({ config }) => config);
  }

  has(name: string): boolean {
    return this.#rows.has(name);
  }

  /** By whether they answered last; `undefined` for one that was not asked yet. */
  health(): ReadonlyMap<string, boolean | undefined> {
    return new Map([...this.#rows].map(([name, { isUp }]) => [name, isUp]));
  }

  /** Says whether `name` answers, where somebody else asked it. */
  saw(name: string, isUp: boolean): void {
    const row = this.#rows.get(name);
    if (row !== undefined) row.isUp = isUp;
  }

  /** Opens all of them for one session. */
  openAll(handlers: UpstreamHandlers, scope: SessionScope): readonly Upstream[] {
    return [...this.#rows.values()].map((row) => {
      const link: Link = new Link((inner) => this.#open(row.config, inner, scope), handlers, {
        seen: (isUp) => {
          row.isUp = isUp;
        },
        ended: () => row.links.delete(link),
      });
      row.links.add(link);
      return link;
    });
  }

  /** What would change with `servers`. */
  compare(servers: readonly UpstreamConfig[]): ServerChanges {
    const next = new Map(servers.map((config) => [config.name, config]));
    const names = [...this.#rows.keys()];
    return {
      added: [...next.keys()].filter((name) => !this.#rows.has(name)),
      removed: names.filter((name) => !next.has(name)),
      changed: names.filter((name) => {
        const config = next.get(name);
        return config !== undefined && !isSame(config, this.#rows.get(name)?.config);
      }),
    };
  }

  /** Sessions opened from now on have `servers`; those that are open lose what was removed or changed, and are told so. */
  async replace(servers: readonly UpstreamConfig[]): Promise<ServerChanges> {
    const changes = this.compare(servers);
    const before = this.#rows;
    const isNew = new Set([...changes.added, ...changes.changed]);
    this.#rows = new Map(
      servers.map((config) => [
        config.name,
        isNew.has(config.name) ? emptyRow(config) : (before.get(config.name) ?? emptyRow(config)),
      ]),
    );
    const retire = (name: string, what: string): Promise<void>[] =>
      [...(before.get(name)?.links ?? [])].map((link) =>
        link.retire(
          new Fault('upstream.closed', `server \`${name}\` ${what} while this session was open`, {
            server: name,
            hint: 'begin a new session',
          }),
        ),
      );
    await Promise.all([
      ...changes.removed.flatMap((name) => retire(name, 'was taken out of the configuration')),
      ...changes.changed.flatMap((name) => retire(name, 'was configured anew')),
    ]);
    return changes;
  }
}

function emptyRow(config: UpstreamConfig): Row {
  return { config, links: new Set(), isUp: undefined };
}

/** Both came from one parser, so their fields stand in one order. */
function isSame(left: UpstreamConfig, right: UpstreamConfig | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
