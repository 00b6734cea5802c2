/** YAML text as values that know where they stand. Anchors, tags and second documents are refused: a configuration says a thing once. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type ParsedNode,
  type YAMLMap,
} from 'yaml';
import { invalid, type Place, placed } from './place.ts';

/** Longest text read, in UTF-16 units. */
const MAX_LENGTH = 1_048_576;
/** Deepest nesting read. */
const MAX_DEPTH = 16;

/** A value with its place. */
export type PlacedValue =
  | { readonly kind: 'map'; readonly place: Place; readonly entries: ReadonlyMap<string, PlacedEntry> }
  | { readonly kind: 'list'; readonly place: Place; readonly items: readonly PlacedValue[] }
  | { readonly kind: 'scalar'; readonly place: Place; readonly value: string | number | boolean | null };

/** One key of a map. `place` is that of the key. */
export interface PlacedEntry {
  readonly place: Place;
  readonly value: PlacedValue;
}

/** The value in `text`. Throws `config.syntax` for what is not YAML 1.2, has a key twice, an anchor, an alias, a tag or several documents. */
export function readYaml(text: string, file: string): PlacedValue {
  const start: Place = { file, line: 1, column: 1, path: '' };
  if (text.length > MAX_LENGTH) {
    throw placed(
      'config.syntax',
      start,
      `the file has ${text.length} characters, at most ${MAX_LENGTH} are read`,
    );
  }
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, strict: true, uniqueKeys: true });
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (document === undefined) throw placed('config.syntax', start, 'the file is empty');
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    // The library's message goes on with the place and an excerpt; its first line is the problem. It is no cause of the fault, because
    // what stands in the excerpt may be a secret.
    const said = (problem.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    throw placed(
      'config.syntax',
      { ...start, line, column: col },
      `not valid YAML: ${said}`,
      hintFor(problem.code),
    );
  }
  if (second !== undefined) {
    const { line, col } = lineCounter.linePos(second.range[0]);
    throw placed(
      'config.syntax',
      { ...start, line, column: col },
      'a second document begins',
      'keep one document',
    );
  }
  if (document.contents === null) throw placed('config.syntax', start, 'the file is empty');
  return new Converter(file, lineCounter).convert(document.contents, '', 0);
}

function hintFor(code: string): string | undefined {
  if (code === 'DUPLICATE_KEY') return 'a key stands once; remove or rename one of the two';
  if (code === 'TAB_AS_INDENT') return 'indent with spaces';
  return undefined;
}

class Converter {
  readonly #file: string;
  readonly #lines: LineCounter;

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  convert(node: ParsedNode | Node, path: string, depth: number): PlacedValue {
    const place = this.#place(node, path);
    if (isAlias(node)) throw placed('config.syntax', place, 'an alias stands here', 'write the value out');
    if (node.anchor !== undefined)
      throw placed('config.syntax', place, 'an anchor stands here', 'remove `&…`');
    if (node.tag !== undefined)
      throw placed('config.syntax', place, `the tag \`${node.tag}\` stands here`, 'remove it');
    if (depth > MAX_DEPTH) throw placed('config.syntax', place, `nesting is deeper than ${MAX_DEPTH} levels`);
    if (isMap(node)) return { kind: 'map', place, entries: this.#entries(node, path, depth) };
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.convert(item as Node, `${path}[${index}]`, depth + 1),
      );
      return { kind: 'list', place, items };
    }
    const value = isScalar(node) ? node.value : undefined;
    if (
      value === null ||
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean'
    ) {
      return { kind: 'scalar', place, value };
    }
    throw invalid(place, 'a value stands here that is neither text, number nor boolean');
  }

  #entries(map: YAMLMap, path: string, depth: number): ReadonlyMap<string, PlacedEntry> {
    const entries = new Map<string, PlacedEntry>();
    for (const { key, value } of map.items) {
      const place = this.#place(key as Node, path);
      if (!isScalar(key) || typeof key.value !== 'string')
        throw invalid(place, 'a key stands here that is not text', 'quote it');
      const at = path === '' ? key.value : `${path}.${key.value}`;
      const keyPlace = { ...place, path: at };
      entries.set(key.value, {
        place: keyPlace,
        value:
          value === null
            ? { kind: 'scalar', place: keyPlace, value: null }
            : this.convert(value as Node, at, depth + 1),
      });
    }
    return entries;
  }

  #place(node: { readonly range?: readonly number[] | null | undefined }, path: string): Place {
    const { line, col } = this.#lines.linePos(node.range?.[0] ?? 0);
    return { file: this.#file, line, column: col, path };
  }
}
