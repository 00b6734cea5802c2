/** YAML text as values that know where they stand. Anchors, tags and second documents are refused: a policy says a thing once. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml';
import type { Place, PolicySource } from '../../language/index.ts';
import type { IssueList } from '../issues.ts';

/** Longest text read, in UTF-16 units. */
const MAX_LENGTH = 1_048_576;
/** Deepest nesting read. */
const MAX_DEPTH = 16;

/** A value with its place. `source` is the text as it was written: `10.50` stays exact. */
export type PlacedValue =
  | { readonly kind: 'map'; readonly place: Place; readonly entries: ReadonlyMap<string, PlacedEntry> }
  | { readonly kind: 'list'; readonly place: Place; readonly items: readonly PlacedValue[] }
  | {
      readonly kind: 'scalar';
      readonly place: Place;
      readonly value: string | number | bigint | boolean | null;
      readonly source: string;
    };

/** One key of a map. `place` is that of the key. */
export interface PlacedEntry {
  readonly place: Place;
  readonly value: PlacedValue;
}

/** The value in `source`, or `undefined` after a problem: no YAML 1.2, a key twice, an anchor, an alias, a tag, several documents. */
export function readYaml(source: PolicySource, issues: IssueList): PlacedValue | undefined {
  const start: Place = { file: source.name, line: 1, column: 1 };
  if (source.text.length > MAX_LENGTH) {
    return issues.refuse(
      start,
      `the file has ${source.text.length} characters, at most ${MAX_LENGTH} are read`,
    );
  }
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(source.text, {
    lineCounter,
    strict: true,
    uniqueKeys: true,
    intAsBigInt: true,
  });
  const [document, second]: readonly (Document.Parsed | undefined)[] = Array.isArray(documents)
    ? documents
    : [];
  if (document === undefined) return issues.refuse(start, 'the file is empty');
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { file: source.name, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    const said = (problem.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    return issues.refuse(placeAt(problem.pos[0]), `not valid YAML: ${said}`, hintFor(problem.code));
  }
  if (second !== undefined) {
    return issues.refuse(placeAt(second.range[0]), 'a second document begins', 'keep one document');
  }
  if (document.contents === null) return issues.refuse(start, 'the file is empty');
  return new Converter(placeAt, issues).convert(document.contents, 0);
}

function hintFor(code: string): string | undefined {
  if (code === 'DUPLICATE_KEY') return 'a key stands once; remove or rename one of the two';
  if (code === 'TAB_AS_INDENT') return 'indent with spaces';
  return undefined;
}

class Converter {
  readonly #placeAt: (offset: number) => Place;
  readonly #issues: IssueList;

  constructor(placeAt: (offset: number) => Place, issues: IssueList) {
    this.#placeAt = placeAt;
    this.#issues = issues;
  }

  convert(node: Node, depth: number): PlacedValue | undefined {
    const place = this.#placeAt(node.range?.[0] ?? 0);
    const refused = refusedNode(node, depth);
    if (refused !== undefined) return this.#issues.refuse(place, refused.message, refused.hint);
    if (isMap(node)) return this.#map(node, place, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.convert(item as Node, depth + 1));
      return { kind: 'list', place, items: items.filter((item) => item !== undefined) };
    }
    const value = isScalar(node) ? node.value : undefined;
    if (
      value !== null &&
      typeof value !== 'string' &&
      typeof value !== 'number' &&
      typeof value !== 'bigint' &&
      typeof value !== 'boolean'
    ) {
      return this.#issues.refuse(place, 'a value stands here that is neither text, number nor boolean');
    }
    const written = isScalar(node) && typeof node.source === 'string' ? node.source : String(value);
    return { kind: 'scalar', place, value, source: written };
  }

  #map(map: YAMLMap, place: Place, depth: number): PlacedValue {
    const entries = new Map<string, PlacedEntry>();
    for (const { key, value } of map.items) {
      const keyPlace = this.#placeAt((key as Node).range?.[0] ?? 0);
      if (!isScalar(key) || typeof key.value !== 'string') {
        this.#issues.refuse(keyPlace, 'a key stands here that is not text', 'quote it');
        continue;
      }
      const converted =
        value === null
          ? ({ kind: 'scalar', place: keyPlace, value: null, source: '' } as const)
          : this.convert(value as Node, depth + 1);
      if (converted !== undefined) entries.set(key.value, { place: keyPlace, value: converted });
    }
    return { kind: 'map', place, entries };
  }
}

function refusedNode(node: Node, depth: number): { message: string; hint?: string } | undefined {
  if (isAlias(node)) return { message: 'an alias stands here', hint: 'write the value out' };
  if ('anchor' in node && node.anchor !== undefined)
    return { message: 'an anchor stands here', hint: 'remove `&…`' };
  if (node.tag !== undefined) return { message: `the tag \`${node.tag}\` stands here`, hint: 'remove it' };
  return depth > MAX_DEPTH ? { message: `nesting is deeper than ${MAX_DEPTH} levels` } : undefined;
}
