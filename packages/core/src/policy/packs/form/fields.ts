/** Reads the keys of one map: each once, of one type, and none left over. */
import { didYouMean, type Place } from '../../language/index.ts';
import type { IssueList } from '../issues.ts';
import type { PlacedEntry, PlacedValue } from './yaml.ts';

/** Longest list of texts read. */
const MAX_ITEMS = 1000;

/** A text with its place. */
export interface PlacedText {
  readonly text: string;
  readonly place: Place;
}

/** The keys of a map. Readers answer `undefined` where a key is absent, and also after a problem. */
export class Fields {
  readonly place: Place;
  readonly #entries: ReadonlyMap<string, PlacedEntry>;
  readonly #issues: IssueList;

  constructor(map: PlacedValue & { readonly kind: 'map' }, issues: IssueList, known: readonly string[]) {
    this.place = map.place;
    this.#entries = map.entries;
    this.#issues = issues;
    for (const [name, { place }] of map.entries) {
      if (known.includes(name)) continue;
      issues.refuse(
        place,
        `unknown key \`${name}\``,
        didYouMean(name, known) ?? `known here: ${known.join(', ')}`,
      );
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  placeOf(name: string): Place {
    return this.#entries.get(name)?.place ?? this.place;
  }

  value(name: string): PlacedValue | undefined {
    return this.#entries.get(name)?.value;
  }

  text(name: string, pattern?: RegExp, expected = 'a text'): PlacedText | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const text = value.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
    if (text === undefined || text === '') {
      return this.#issues.refuse(value.place, `\`${name}\` is ${described(value)}, expected ${expected}`);
    }
    if (pattern !== undefined && !pattern.test(text)) {
      return this.#issues.refuse(value.place, `\`${name}\` is \`${text}\`, expected ${expected}`);
    }
    return { text, place: value.place };
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const given = this.text(name, undefined, values.map((one) => `\`${one}\``).join(' or '));
    if (given === undefined) return undefined;
    const known = values.find((one) => one === given.text);
    if (known !== undefined) return known;
    const expected = values.map((one) => `\`${one}\``).join(' or ');
    return this.#issues.refuse(
      given.place,
      `\`${name}\` is \`${given.text}\`, expected ${expected}`,
      didYouMean(given.text, values),
    );
  }

  boolean(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
    return this.#issues.refuse(
      value.place,
      `\`${name}\` is ${described(value)}, expected \`true\` or \`false\``,
    );
  }

  count(name: string, least: number, most: number): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const count = value.kind === 'scalar' && typeof value.value === 'bigint' ? Number(value.value) : NaN;
    if (count >= least && count <= most) return count;
    return this.#issues.refuse(
      value.place,
      `\`${name}\` is ${described(value)}, expected a whole number from ${least} to ${most}`,
    );
  }

  /** One text or a list of texts; empty where absent. */
  texts(name: string, pattern?: RegExp, expected = 'a text or a list of texts'): readonly PlacedText[] {
    const value = this.value(name);
    if (value === undefined) return [];
    const items = value.kind === 'list' ? value.items : [value];
    if (items.length === 0 || items.length > MAX_ITEMS) {
      this.#issues.refuse(
        value.place,
        `\`${name}\` lists ${items.length} entries, expected 1 to ${MAX_ITEMS}`,
      );
      return [];
    }
    return items.flatMap((item) => {
      const text = item.kind === 'scalar' && typeof item.value === 'string' ? item.value : undefined;
      if (text !== undefined && text !== '' && (pattern === undefined || pattern.test(text)))
        return [{ text, place: item.place }];
      this.#issues.refuse(item.place, `\`${name}\` holds ${described(item)}, expected ${expected}`);
      return [];
    });
  }

  /** The map under `name`. */
  map(name: string): (PlacedValue & { readonly kind: 'map' }) | undefined {
    const value = this.value(name);
    if (value === undefined || value.kind === 'map') return value;
    return this.#issues.refuse(value.place, `\`${name}\` is ${described(value)}, expected a map of keys`);
  }
}

/** A value for a message. */
export function described(value: PlacedValue): string {
  if (value.kind === 'map') return 'a map';
  if (value.kind === 'list') return 'a list';
  if (value.value === null || value.value === '') return 'empty';
  return `\`${value.source}\``;
}
