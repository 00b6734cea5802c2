/** Bodies that another key wraps than the one their entries name, against what the log tells of such changes. */
import type { Entry } from '../../model/index.ts';
import type { Problem } from '../../proof/index.ts';

/** Takes entries in turn, with the keys that wrap their bodies now. */
export class WrappingKeys {
  readonly #told = new Set<string>();
  /** The first entry whose body each key wraps. */
  readonly #found = new Map<string, number>();

  /** What an entry tells of keys. */
  take(entry: Entry): void {
    if (entry.kind === 'body_key' && entry.bodyKey.action !== 'retire') this.#told.add(entry.bodyKey.keyId);
  }

  /** The body of entry `index` is wrapped by `keyId`, which its entry does not name. */
  wrapped(keyId: string, index: number): void {
    if (!this.#found.has(keyId)) this.#found.set(keyId, index);
  }

  /** Keys that no entry tells of. */
  finish(): readonly Problem[] {
    return [...this.#found].flatMap(([keyId, index]) =>
      this.#told.has(keyId)
        ? []
        : [
            {
              code: 'body-altered' as const,
              message: `the body of entry ${index} is wrapped by a key that the log does not tell of`,
              index,
              place: 'bodies',
            },
          ],
    );
  }
}
