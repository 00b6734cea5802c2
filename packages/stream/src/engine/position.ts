/** Where a sender stands in the log, in memory and on the disk. */
import { type Cursor, type CursorStore, damaged } from '../cursor/index.ts';
import type { EventSource } from './event-source.ts';

/** A cursor that is saved once it has moved. INVARIANT: what is saved was acknowledged; what is acknowledged may not be saved yet. */
export class Position {
  readonly #store: CursorStore;
  readonly #source: EventSource;
  #cursor: Cursor;
  #isSaved: boolean;

  private constructor(store: CursorStore, source: EventSource, cursor: Cursor, isSaved: boolean) {
    this.#store = store;
    this.#source = source;
    this.#cursor = cursor;
    this.#isSaved = isSaved;
  }

  /**
   * Where the cursor in `store` stands, or `from` where there is none. Throws `export.cursor` where it cannot be used with this log, `log.*`.
   */
  static begin(store: CursorStore, source: EventSource, from: 'start' | 'now'): Position {
    const held = store.load();
    if (held === undefined) {
      const next = from === 'start' ? 0 : source.size();
      return new Position(store, source, cursorAt(source, next, false), false);
    }
    requireOf(source, held, store.place);
    return new Position(store, source, held, true);
  }

  /** Whether it stands on the disk as it is. */
  get isSaved(): boolean {
    return this.#isSaved;
  }

  /** Index of the first entry that is not acknowledged whole. */
  get next(): number {
    return this.#cursor.next;
  }

  get isBehind(): boolean {
    return this.#cursor.isBehind;
  }

  set isBehind(isBehind: boolean) {
    this.#cursor = { ...this.#cursor, isBehind };
    this.#isSaved = false;
  }

  /** Everything before `next` is acknowledged or given up. */
  advance(next: number): void {
    if (next === this.#cursor.next) return;
    this.#cursor = cursorAt(this.#source, next, this.#cursor.isBehind);
    this.#isSaved = false;
  }

  /** Makes it durable where it is not. Throws `io.failed`; it can be tried again. */
  save(): void {
    if (this.#isSaved) return;
    this.#store.save(this.#cursor);
    this.#isSaved = true;
  }
}

function cursorAt(source: EventSource, next: number, isBehind: boolean): Cursor {
  return {
    origin: source.origin,
    next,
    ...(next === 0 ? {} : { leaf: source.leaf(next - 1) }),
    isBehind,
  };
}

function requireOf(source: EventSource, cursor: Cursor, place: string): void {
  const { origin, next, leaf } = cursor;
  if (origin !== source.origin)
    throw damaged(place, `it is of the log \`${origin}\`, this is \`${source.origin}\``);
  const size = source.size();
  if (next > size)
    throw damaged(place, `it is at ${next} and the log has ${size} entries, as one from a backup does`);
  if (next > 0 && source.leaf(next - 1) !== leaf)
    throw damaged(place, `entry ${next - 1} is not the one that was sent, as in a log from a backup`);
}
