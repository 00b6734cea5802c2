/** Which of several servers a prompt or a resource belongs to. */
import { BoundedMap, describeFault, type JsonObject, ownProperty } from '@writ/core';
import { type Expose, exposedName, type Named } from '../../naming/index.ts';
import { listAll, type Upstream } from '../../upstream/index.ts';

/** Names and URIs remembered of each kind; the least recently used leave first. */
const CAPACITY = 20_000;

/** Lists that are remembered, by method, with the member that names an item. */
const KINDS = {
  'prompts/list': { key: 'prompts', id: 'name', feature: 'prompts' },
  'resources/list': { key: 'resources', id: 'uri', feature: 'resources' },
  'resources/templates/list': { key: 'resourceTemplates', id: 'uriTemplate', feature: 'resources' },
} as const;

/** A list that the directory learns from. */
export type DirectoryKind = keyof typeof KINDS;

/** Remembers what servers list, and asks them where it does not know. */
export class Directory {
  readonly #upstreams: readonly Upstream[];
  readonly #expose: Expose;
  readonly #note: (text: string) => void;
  readonly #prompts = new BoundedMap<string, readonly Named[]>(CAPACITY);
  readonly #resources = new BoundedMap<string, ReadonlySet<string>>(CAPACITY);
  /** Literal beginning of each template, with its server. */
  readonly #templates = new BoundedMap<string, ReadonlySet<string>>(CAPACITY);
  readonly #asked = new Map<DirectoryKind, Promise<void>>();

  constructor(upstreams: readonly Upstream[], expose: Expose, note: (text: string) => void) {
    this.#upstreams = upstreams;
    this.#expose = expose;
    this.#note = note;
  }

  /** Remembers one listed item. */
  learn(kind: DirectoryKind, server: string, item: JsonObject): void {
    const id = ownProperty(item, KINDS[kind].id);
    if (typeof id !== 'string') return;
    if (kind === 'prompts/list') {
      const exposed = exposedName(this.#expose, server, id);
      const known = this.#prompts.get(exposed) ?? [];
      if (known.some((one) => one.server === server && one.name === id)) return;
      this.#prompts.set(exposed, [...known, { server, name: id }]);
      return;
    }
    const place = kind === 'resources/list' ? id : (id.split('{')[0] ?? '');
    const map = kind === 'resources/list' ? this.#resources : this.#templates;
    map.set(place, new Set([...(map.get(place) ?? []), server]));
  }

  /** A server's list changed: what is not known is asked again. */
  forget(kind: DirectoryKind): void {
    this.#asked.delete(kind);
  }

  /** Whose prompt `exposed` is; empty where nobody lists it, several where it is ambiguous. */
  async promptOwners(exposed: string): Promise<readonly Named[]> {
    if (!this.#prompts.has(exposed)) await this.#ask('prompts/list');
    return this.#prompts.get(exposed) ?? [];
  }

  /** Servers that list `uri`, or else have a template that begins like it, or else the only one with resources. */
  async resourceOwners(uri: string): Promise<readonly string[]> {
    const known = this.#resources.get(uri);
    if (known !== undefined) return this.#inOrder(known);
    await Promise.all([this.#ask('resources/list'), this.#ask('resources/templates/list')]);
    const listed = this.#resources.get(uri);
    if (listed !== undefined) return this.#inOrder(listed);
    const matching = new Set<string>();
    for (let length = uri.length; length > 0; length -= 1) {
      for (const server of this.#templates.get(uri.slice(0, length)) ?? []) matching.add(server);
      if (matching.size > 0) return this.#inOrder(matching);
    }
    const offering = this.#upstreams.filter((upstream) => upstream.offers('resources'));
    return offering.length === 1 ? offering.map(({ name }) => name) : [];
  }

  /** `servers` in the order of the configuration, whichever of them answered first. */
  #inOrder(servers: ReadonlySet<string>): readonly string[] {
    return this.#upstreams.map(({ name }) => name).filter((name) => servers.has(name));
  }

  #ask(kind: DirectoryKind): Promise<void> {
    const asked = this.#asked.get(kind) ?? this.#askAll(kind);
    this.#asked.set(kind, asked);
    return asked;
  }

  async #askAll(kind: DirectoryKind): Promise<void> {
    const { key, feature } = KINDS[kind];
    await Promise.all(
      this.#upstreams.map(async (upstream) => {
        if (upstream.fault !== undefined || !upstream.offers(feature)) return;
        try {
          const items = await listAll(upstream.name, key, (page) => upstream.request(kind, page));
          for (const item of items) this.learn(kind, upstream.name, item);
        } catch (thrown) {
          this.#note(describeFault(thrown));
        }
      }),
    );
  }
}
