/** Resources of a legacy server that modern subscriptions watch, each watched once for all. */
import type { RpcAnswer } from '../../rpc/index.ts';

/** How many subscriptions watch what. */
export class Watched {
  readonly #counts = new Map<string, number>();

  get uris(): readonly string[] {
    return Array.from(this.#counts.keys());
  }

  /** Watches `uris`, by `subscribe` where nobody did before; returns those that were refused, which count as not added. */
  async add(
    uris: ReadonlySet<string>,
    subscribe: (uri: string) => Promise<RpcAnswer>,
  ): Promise<ReadonlySet<string>> {
    const refused = new Set<string>();
    await Promise.all(
      Array.from(uris, async (uri) => {
        const count = this.#counts.get(uri) ?? 0;
        this.#counts.set(uri, count + 1);
        if (count > 0) return;
        const answer = await subscribe(uri).catch(() => undefined);
        if (answer !== undefined && 'result' in answer) return;
        refused.add(uri);
        this.#lower(uri);
      }),
    );
    return refused;
  }

  /** Ends the watching of `uris`; `unsubscribe` is called for those that nobody watches any more. */
  release(uris: ReadonlySet<string>, unsubscribe: (uri: string) => void): void {
    for (const uri of uris) if (this.#lower(uri)) unsubscribe(uri);
  }

  #lower(uri: string): boolean {
    const count = (this.#counts.get(uri) ?? 1) - 1;
    if (count > 0) this.#counts.set(uri, count);
    else this.#counts.delete(uri);
    return count <= 0;
  }
}
