/** The tools that serve now: as listed live, as pinned, and under the names clients see. */
import {
  type Clock,
  definitionHash,
  describeFault,
  isFault,
  type JsonObject,
  ownProperty,
  systemClock,
  type Timers,
  type ToolDefinition,
  visible,
} from '@writ/core';
import { policyTools } from '../../../definitions/index.ts';
import { collisions, type Expose, exposedName, SEPARATOR } from '../../naming/index.ts';
import type { PinnedTool } from '../../../node/index.ts';
import type { GatewayPorts } from '../../ports.ts';
import { listAll, type Upstream } from '../../upstream/index.ts';
import { ListingAge } from './listing-age.ts';

/** How long a server may take to list all its tools; calls wait for it. In milliseconds. */
const LIST_DEADLINE_MS = 30_000;
/** Listings that one call waits for, where the link is lost again and again. */
const MAX_ROUNDS = 4;
/** Longest tool name that is judged, in UTF-16 units. */
export const MAX_TOOL_NAME = 1_024;

/** Why a tool may not be called. */
interface Refusal {
  readonly code: string;
  readonly reason: string;
}

/** A tool and whether it may be called: its pin, or why not. */
export type CatalogueEntry = { readonly server: string; readonly tool: string } & (
  | { readonly pin: string; readonly definition: JsonObject }
  | { readonly refusal: Refusal }
);

interface LiveTool {
  readonly definition: JsonObject;
  readonly hash: string;
  /** Another tool of the server, or one with the same exposed name, makes it ambiguous. */
  readonly isColliding: boolean;
  /** What came of it when it was pinned; absent for one whose name is not unique. */
  readonly pinned: PinnedTool | undefined;
}

interface Listing {
  tools: ReadonlyMap<string, LiveTool>;
  /** The listing under way; further callers share it. */
  running: Promise<void> | undefined;
  /** Whether the one under way renews one that still holds, so that no call waits for it. */
  isRenewal: boolean;
  /** Of the last listing that succeeded; absent where none did, or what it said may no longer be so. */
  age: ListingAge | undefined;
  /** Why the last listing failed: what was listed before may no longer be so. */
  fault: string | undefined;
  /** A change came while it was being listed. */
  isStale: boolean;
}

/** Where the catalogue gets what it needs. */
export interface CatalogueOptions {
  readonly ports: Pick<GatewayPorts, 'pins' | 'policy' | 'state' | 'clock'>;
  readonly timers: Timers;
  readonly upstreams: readonly Upstream[];
  readonly expose: Expose;
  readonly note: (text: string) => void;
}

/** The catalogue of one connection. Nothing in it is callable before its server was listed. */
export class ToolCatalogue {
  readonly #options: CatalogueOptions;
  readonly #clock: Pick<Clock, 'monotonicNs'>;
  readonly #listings: ReadonlyMap<string, Listing>;
  /** `server/tool hash` of what policy was last given, so that an acceptance in another process is noticed at its first use. */
  #served = new Set<string>();
  /** Keys of `_meta` by which a modern client names its protocol era; our own listing speaks the same. */
  #era: JsonObject | undefined;

  constructor(options: CatalogueOptions) {
    this.#options = options;
    this.#clock = options.ports.clock ?? systemClock;
    this.#listings = new Map(
      options.upstreams.map(({ name }) => [
        name,
        {
          tools: new Map(),
          running: undefined,
          isRenewal: false,
          age: undefined,
          fault: undefined,
          isStale: false,
        },
      ]),
    );
  }

  /** Remembers the era a client speaks. */
  speak(meta: JsonObject | undefined): void {
    const era = Object.entries(meta ?? {}).filter(([key]) => key.startsWith('io.modelcontextprotocol/'));
    if (era.length > 0) this.#era = Object.fromEntries(era);
  }

  /** Lists the tools of `upstream` anew, pins them and gives them to policy. A fault is noted, and nothing of the server serves until a listing succeeds. */
  refresh(upstream: Upstream): Promise<void> {
    const listing = this.#listing(upstream.name);
    listing.isRenewal = false;
    if (listing.running !== undefined) {
      listing.isStale = true;
      return listing.running;
    }
    return this.#begin(upstream, listing);
  }

  /**
   * Waits until what is known of `upstream` holds: it was listed over the link that there is now, and not too long ago. Ahead of that end it is listed again
   * beside the calls, so that a server which is called all the time keeps none of them waiting.
   */
  async ready(upstream: Upstream): Promise<void> {
    const listing = this.#listing(upstream.name);
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      if (listing.running !== undefined && !listing.isRenewal) {
        await listing.running;
        if (listing.fault !== undefined) return;
      }
      const age = listing.age?.now ?? 'old';
      if (age === 'ageing' && listing.running === undefined) {
        void this.#begin(upstream, listing);
        listing.isRenewal = true;
      }
      if (age !== 'old') return;
      await (listing.running ?? this.#begin(upstream, listing));
      if (listing.fault !== undefined) return;
    }
    listing.fault = 'its link was lost whenever it was listed';
  }

  /** Whether the definition that {@link find} found is still the server's, however long ago that was. */
  async holds(upstream: Upstream, tool: string, pin: string): Promise<boolean> {
    await this.ready(upstream);
    const { tools, fault } = this.#listing(upstream.name);
    const live = tools.get(tool);
    return fault === undefined && live?.hash === pin && !live.isColliding;
  }

  /** The tool that a client calls `exposed`; `undefined` where no server can be meant. */
  async find(exposed: string): Promise<CatalogueEntry | undefined> {
    const { upstreams, expose } = this.#options;
    const only = upstreams.length === 1 ? upstreams[0] : undefined;
    const at = exposed.indexOf(SEPARATOR);
    const prefix = at < 0 ? '' : exposed.slice(0, at);
    const meant = expose === 'prefixed' ? upstreams.filter(({ name }) => name === prefix) : upstreams;
    await Promise.all(meant.map((upstream) => this.ready(upstream)));
    for (const { name: server } of meant) {
      for (const tool of this.#listing(server).tools.keys()) {
        if (exposedName(expose, server, tool) === exposed) return this.entry(server, tool);
      }
    }
    const server = (meant[0] ?? only)?.name;
    return server === undefined
      ? undefined
      : this.entry(server, expose === 'plain' ? exposed : exposed.slice(at + 2));
  }

  /** Whether `server/tool` may be called, at this instant. `listed`, where given, must be the definition that is pinned. */
  async entry(server: string, tool: string, listed?: JsonObject): Promise<CatalogueEntry> {
    const { tools, fault } = this.#listing(server);
    const live = tools.get(tool);
    const id = `${server}/${tool}`;
    if (fault !== undefined) {
      const reason = `nobody knows what server \`${server}\` offers now: ${fault}`;
      return { server, tool, refusal: { code: 'tool.unknown', reason } };
    }
    if (live === undefined) {
      return {
        server,
        tool,
        refusal: { code: 'tool.unknown', reason: `server \`${server}\` never listed this tool` },
      };
    }
    if (live.isColliding) {
      const reason = `its name is not unique, so \`${id}\` is not served until the server or \`expose\` changes`;
      return { server, tool, refusal: { code: 'tool.quarantined', reason } };
    }
    if (live.pinned?.cause === 'refused') {
      const reason = `its definition can never be served${found(live.pinned)}`;
      return { server, tool, refusal: { code: 'tool.invalid', reason } };
    }
    const isSame = listed === undefined || definitionHash(listed) === live.hash;
    const accepted = isSame ? this.#isAccepted(server, tool, live.hash) : false;
    if (typeof accepted !== 'boolean') return { server, tool, refusal: accepted };
    if (!accepted) {
      const reason = `its definition is new or has changed and nobody accepted it${found(live.pinned)}; compare and accept it with \`writ tools accept ${id}\``;
      return { server, tool, refusal: { code: 'tool.quarantined', reason } };
    }
    if (!this.#served.has(`${id} ${live.hash}`)) await this.#serve();
    if (this.#options.ports.policy.unchecked?.has(server) === true) {
      const reason = `the policies do not fit the tools of server \`${server}\`, which was not there when they were loaded`;
      return { server, tool, refusal: { code: 'tool.unknown', reason } };
    }
    return { server, tool, pin: live.hash, definition: live.definition };
  }

  /** Whether the definition is accepted; a log that cannot be read makes it a refusal that says so. */
  #isAccepted(server: string, tool: string, hash: string): boolean | Refusal {
    try {
      return this.#options.ports.pins.isAccepted(server, tool, hash);
    } catch (thrown) {
      if (!isFault(thrown)) throw thrown;
      const reason = `nobody can say whether its definition was accepted: ${thrown.message}`;
      return { code: thrown.code, reason };
    }
  }

  /** Whether exactly this definition is the one listed last. */
  isCurrent(server: string, tool: string, definition: JsonObject): boolean {
    const live = this.#listing(server).tools.get(tool);
    return live !== undefined && live.hash === definitionHash(definition);
  }

  #begin(upstream: Upstream, listing: Listing): Promise<void> {
    listing.isRenewal = false;
    listing.running = this.#refresh(upstream, listing).finally(() => {
      listing.running = undefined;
      listing.isRenewal = false;
    });
    return listing.running;
  }

  async #refresh(upstream: Upstream, listing: Listing): Promise<void> {
    let age: ListingAge;
    do {
      listing.isStale = false;
      age = new ListingAge(this.#clock, upstream);
      const deadline = new AbortController();
      const cancel = this.#options.timers.after(LIST_DEADLINE_MS, () => deadline.abort());
      try {
        const items = upstream.offers('tools')
          ? await listAll(
              upstream.name,
              'tools',
              (page) => upstream.request('tools/list', page, { signal: deadline.signal }),
              this.#era,
              (page) => age.learn(page),
            )
          : [];
        await this.#pin(upstream, listing, items);
      } catch (thrown) {
        // What still holds is not given up for a renewal that failed: the next call tries again, and from the end of its time on nothing is served.
        if (listing.isRenewal && listing.age !== undefined && listing.age.now !== 'old') return;
        listing.fault = describeFault(thrown);
        listing.age = undefined;
        this.#options.note(`tools of server \`${upstream.name}\` are not known: ${listing.fault}`);
        return;
      } finally {
        cancel();
      }
    } while (listing.isStale);
    listing.age = age;
    listing.fault = undefined;
  }

  async #pin(upstream: Upstream, listing: Listing, items: readonly JsonObject[]): Promise<void> {
    const { ports, note } = this.#options;
    const { name: server } = upstream;
    const byName = new Map<string, JsonObject[]>();
    for (const item of items) {
      const name = ownProperty(item, 'name');
      if (typeof name !== 'string' || name === '' || name.length > MAX_TOOL_NAME) {
        note(`server \`${server}\` lists a tool without a usable name; it is not served`);
      } else byName.set(name, [...(byName.get(name) ?? []), item]);
    }
    const definitions = [...byName].flatMap(([name, [definition, ...more]]): ToolDefinition[] =>
      definition === undefined || more.length > 0 ? [] : [{ server, name, definition }],
    );
    const pinned = await ports.pins.pinTools(upstream.isTrusted, definitions);
    for (const one of pinned)
      if (one.status === 'quarantined' && one.cause !== 'known') note(quarantineNote(one));
    const outcomes = new Map(pinned.map((one) => [one.tool, one]));
    const ambiguous = this.#ambiguous(server, [...byName.keys()]);
    listing.tools = new Map(
      [...byName].map(([name, [definition = {}, ...more]]) => [
        name,
        {
          definition,
          hash: definitionHash(definition),
          isColliding: more.length > 0 || ambiguous.has(name),
          pinned: outcomes.get(name),
        },
      ]),
    );
    await this.#serve();
  }

  /** Names of `server` whose exposed form another tool has too. */
  #ambiguous(server: string, names: readonly string[]): ReadonlySet<string> {
    const others = [...this.#listings]
      .filter(([name]) => name !== server)
      .flatMap(([other, { tools }]) => [...tools.keys()].map((name) => ({ server: other, name })));
    const all = [...others, ...names.map((name) => ({ server, name }))];
    const met = [...collisions(this.#options.expose, all).values()].flat();
    return new Set(met.filter((one) => one.server === server).map(({ name }) => name));
  }

  async #serve(): Promise<void> {
    const { ports, note } = this.#options;
    const tools = policyTools(ports.state.pins());
    if (!(await ports.policy.setTools(tools)))
      note('policies do not fit the tools as listed now; the last good set stays');
    this.#served = new Set(
      tools.map((tool) => `${tool.server}/${tool.name} ${definitionHash(tool.definition)}`),
    );
  }

  #listing(server: string): Listing {
    const listing = this.#listings.get(server);
    if (listing === undefined) throw new TypeError(`no server ${server}`);
    return listing;
  }
}

/** What its review found, by kind alone: a model reads this, and names are a server's own words. */
function found(pinned: PinnedTool | undefined): string {
  const kinds = new Set((pinned?.concerns ?? []).map(({ kind }) => kind));
  return kinds.size === 0 ? '' : ` (${[...kinds].join(', ')})`;
}

/** For the operator: why, and what to do. */
function quarantineNote({ server, tool, cause, concerns = [] }: PinnedTool): string {
  const id = visible(`${server}/${tool}`);
  const why = visible(concerns.map(({ message }) => `; ${message}`).join(''));
  if (cause === 'refused') return `\`${id}\` is never served${why}`;
  return `\`${id}\` is quarantined (${cause.replace('_', ' ')})${why}: writ tools accept ${id}`;
}
