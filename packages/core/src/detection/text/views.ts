/** The views of one text: itself, and what folding and decoding make of it, two steps deep. */
import { BACKSLASH, AMPERSAND, LONG_RUN, NON_ASCII, PERCENT, survey, type Survey } from '../survey/index.ts';
import { decodeBase64Runs, fold, type MappedText, unescapeText } from './decoding/index.ts';

/** A view of a text, surveyed. */
export interface View {
  readonly text: string;
  readonly survey: Survey;
  /** Places in the original; absent for the original itself. */
  readonly map: MappedText | undefined;
}

/** Decodings on top of each other: percent-encoding of base64 is two. */
const MAX_DECODING_STEPS = 2;

/** Text that derived views may still take; shared by all texts of one scan. */
export interface DerivedBudget {
  left: number;
}

/**
 * The original first, then its derived views, each text once.
 *
 * `complete` is false where the budget ran out before every view was made: the text then counts as not scanned.
 */
export function viewsOf(
  text: string,
  budget: DerivedBudget,
): { readonly views: readonly View[]; readonly complete: boolean } {
  const original: View = { text, survey: survey(text), map: undefined };
  const views: View[] = [original];
  if ((original.survey.classes & DERIVABLE) === 0) return { views, complete: true };
  let seen: Set<string> | undefined;
  let from = 0;
  for (let step = 0; step < MAX_DECODING_STEPS; step += 1) {
    const until = views.length;
    for (; from < until; from += 1) {
      for (const map of derive(views[from] as View)) {
        seen ??= new Set([`0 ${text}`]);
        if (map.text === '') continue;
        // The same text from another place, such as a second base64 run, is another view.
        const identity = `${map.starts[0] ?? 0} ${map.text}`;
        if (seen.has(identity)) continue;
        if (map.text.length > budget.left) return { views, complete: false };
        budget.left -= map.text.length;
        seen.add(identity);
        views.push({ text: map.text, survey: survey(map.text), map });
      }
    }
  }
  return { views, complete: true };
}

const DERIVABLE: number = NON_ASCII | PERCENT | AMPERSAND | BACKSLASH | LONG_RUN;

function derive(view: View): readonly MappedText[] {
  const { classes } = view.survey;
  const derived: MappedText[] = [];
  if ((classes & NON_ASCII) !== 0) addIfChanged(derived, fold(view.text, view.map));
  if ((classes & (PERCENT | AMPERSAND | BACKSLASH)) !== 0)
    addIfChanged(derived, unescapeText(view.text, view.map));
  if ((classes & LONG_RUN) !== 0) derived.push(...decodeBase64Runs(view.text, view.map));
  return derived;
}

function addIfChanged(derived: MappedText[], map: MappedText | undefined): void {
  if (map !== undefined) derived.push(map);
}
