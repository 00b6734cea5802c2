/** What every detector reads: the texts of an input with all their views, prepared once for all detectors. */
import type { DetectorInput, Span } from '../../model/index.ts';
import type { Survey } from '../survey/index.ts';
import { DEFAULT_SCAN_BOUNDS, type ScanBounds } from './bounds.ts';
import { type Place, spanAt } from './place.ts';
import { type DerivedBudget, type View, viewsOf } from './views.ts';
import { type PlacedText, walk } from './walk.ts';

/** One text to look at. */
export interface ScannedText {
  readonly text: string;
  readonly survey: Survey;
  /** Name of the property whose value this is; absent for keys and for a bare value. */
  readonly name: string | undefined;
  /** Whether this is a decoded view and not the text as it stands. */
  readonly derived: boolean;
  /** The span of the original behind `start` to `end` of this text, `start < end`. */
  spanOf(start: number, end: number): Span;
  /** Whether `start` to `end` of this text reads otherwise in the original. */
  isDecoded(start: number, end: number): boolean;
}

/** A prepared input. */
export interface Scan {
  readonly texts: readonly ScannedText[];
  /** What was not scanned because it lies past a bound. */
  readonly unscanned: readonly Span[];
}

/** Scans by input object. A guard hands one object to all its detectors, so the walk and the decoding happen once. */
const PREPARED = new WeakMap<DetectorInput, Scan>();

/** The texts of `input` under the default bounds. The input is taken as frozen: a second call gives the first call's answer. */
export function scanOf(input: DetectorInput): Scan {
  let scan = PREPARED.get(input);
  if (scan === undefined) {
    scan = scanWithin(input, DEFAULT_SCAN_BOUNDS);
    PREPARED.set(input, scan);
  }
  return scan;
}

/** The texts of `input` under other bounds, prepared afresh. */
export function scanWithin(input: DetectorInput, bounds: ScanBounds): Scan {
  const walked = walk(input.value, bounds);
  const budget: DerivedBudget = { left: bounds.derivedLength };
  const texts: ScannedText[] = [];
  const unscanned: Span[] = [...walked.unscanned];
  for (const placed of walked.texts) {
    const { views, complete } = viewsOf(placed.text, budget);
    for (const view of views) texts.push(new TextView(placed, view));
    if (!complete) unscanned.push(spanAt(placed.place, 0, placed.text.length));
  }
  return { texts, unscanned };
}

class TextView implements ScannedText {
  readonly text: string;
  readonly survey: Survey;
  readonly name: string | undefined;
  readonly derived: boolean;
  readonly #original: string;
  readonly #place: Place;
  readonly #view: View;

  constructor(placed: PlacedText, view: View) {
    this.text = view.text;
    this.survey = view.survey;
    this.name = placed.name;
    this.derived = view.map !== undefined;
    this.#original = placed.text;
    this.#place = placed.place;
    this.#view = view;
  }

  spanOf(start: number, end: number): Span {
    const { map } = this.#view;
    if (map === undefined) return spanAt(this.#place, start, end);
    return spanAt(this.#place, map.starts[start] as number, map.ends[end - 1] as number);
  }
  isDecoded(start: number, end: number): boolean {
    const { map, text } = this.#view;
    if (map === undefined) return false;
    return this.#original.slice(map.starts[start], map.ends[end - 1]) !== text.slice(start, end);
  }
}
