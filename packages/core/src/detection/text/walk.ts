/** Every string, key and long integer of a JSON value with its place, up to the bounds of a scan. */
import { isJsonObject, type JsonValue } from '../../kernel/index.ts';
import type { Span } from '../../model/index.ts';
import { MAX_LISTED_UNSCANNED, type ScanBounds } from './bounds.ts';
import { type Path, type Place, spanAt } from './place.ts';

/** A text of the value that is to be scanned. */
export interface PlacedText {
  readonly text: string;
  readonly place: Place;
  /** Name of the property whose value the text is (an array's items take the array's name); absent for keys and the root. */
  readonly name: string | undefined;
}

/** What a walk found. */
export interface Walked {
  readonly texts: readonly PlacedText[];
  /**
   * What lies past a bound. A span in a string starts at its first unscanned unit. A span 0 to 1 at a pointer to an object or array stands for all of it;
   * at the root it says that more was left out than is listed.
   */
  readonly unscanned: readonly Span[];
}

/** Integers of at least nine digits are read as text too: card, phone and social security numbers are sent as JSON numbers. */
const SMALLEST_SCANNED_INTEGER = 100_000_000;

/** Walks `value` within `bounds`; the work is linear in the parts visited. */
export function walk(value: JsonValue, bounds: ScanBounds): Walked {
  const walker = new Walker(bounds);
  walker.visit(value, undefined, undefined, 0);
  return walker;
}

class Walker implements Walked {
  readonly texts: PlacedText[] = [];
  readonly unscanned: Span[] = [];
  readonly #bounds: ScanBounds;
  #length = 0;

  constructor(bounds: ScanBounds) {
    this.#bounds = bounds;
  }

  visit(value: JsonValue, path: Path | undefined, name: string | undefined, depth: number): void {
    if (typeof value === 'string') {
      if (value !== '') this.#take(value, { path, inKey: false }, name);
    } else if (typeof value === 'number') {
      if (Number.isInteger(value) && value >= SMALLEST_SCANNED_INTEGER) {
        this.#take(String(value), { path, inKey: false }, name);
      }
    } else if (typeof value === 'object' && value !== null) {
      if (this.#isFull()) return;
      if (depth >= this.#bounds.depth) this.#leaveOut({ path, inKey: false }, 0, 1);
      else this.#visitContainer(value, path, name, depth);
    }
  }

  #visitContainer(
    value: JsonValue & object,
    path: Path | undefined,
    name: string | undefined,
    depth: number,
  ): void {
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length && !this.#isFull(); index += 1) {
        this.visit(value[index] as JsonValue, { parent: path, step: index }, name, depth + 1);
      }
    } else if (isJsonObject(value)) {
      for (const key of Object.keys(value)) {
        if (this.#isFull()) return;
        const below: Path = { parent: path, step: key };
        if (key !== '') this.#take(key, { path: below, inKey: true }, undefined);
        this.visit(value[key] as JsonValue, below, key, depth + 1);
      }
    }
  }

  #take(text: string, place: Place, name: string | undefined): void {
    if (this.#isFull()) return;
    const room = Math.min(this.#bounds.stringLength, this.#bounds.totalLength - this.#length);
    if (room <= 0 || this.texts.length >= this.#bounds.strings) {
      this.#leaveOut(place, 0, text.length);
      return;
    }
    const scanned = Math.min(text.length, room);
    this.#length += scanned;
    this.texts.push({ text: scanned === text.length ? text : text.slice(0, scanned), place, name });
    if (scanned < text.length) this.#leaveOut(place, scanned, text.length);
  }

  #leaveOut(place: Place, start: number, end: number): void {
    if (this.#isFull()) return;
    this.unscanned.push(spanAt(place, start, end));
    if (this.unscanned.length >= MAX_LISTED_UNSCANNED) this.unscanned.push({ pointer: '', start: 0, end: 1 });
  }

  #isFull(): boolean {
    return this.unscanned.length > MAX_LISTED_UNSCANNED;
  }
}
