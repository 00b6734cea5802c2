/** Tokens with a published format: found by their prefix, judged by the rest. */
import type { Severity } from '../../../model/index.ts';
import type { Recognised, ScannedText } from '../../text/index.ts';
import { ALPHANUMERIC, type IndexedWord, isClassAt, WordIndex } from '../../survey/index.ts';
import { PLATFORM_FORMATS } from './platform-formats.ts';
import { isMasked } from '../randomness.ts';
import { TOKEN_FORMATS, type TokenFormat } from './token-formats.ts';

const INDEX: WordIndex<TokenFormat> = new WordIndex([...TOKEN_FORMATS, ...PLATFORM_FORMATS].flatMap(indexed));

/** Confidence of a token whose prefix and length both fit. */
const FORMAT_CONFIDENCE = 0.95;

/** Reports every token of a known format in `text`. */
export function findIssuedTokens(scanned: ScannedText, report: (recognised: Recognised) => void): void {
  const { text } = scanned;
  let reported = 0;
  for (const { start, end, meaning } of INDEX.find(text, scanned.survey)) {
    // Longest prefix first: a shorter one at the same place or inside a token adds nothing.
    if (start < reported || isClassAt(text, start - 1, ALPHANUMERIC)) continue;
    meaning.pattern.lastIndex = start;
    const match = meaning.pattern.exec(text);
    if (match === null) continue;
    const stop = start + match[0].length;
    const body = text.slice(end, stop);
    if (isMasked(body) || (meaning.detail === 'aws-access-key' && body.endsWith('EXAMPLE'))) continue;
    reported = stop;
    const severity: Severity = meaning.severity ?? 'high';
    report({
      kind: 'secret',
      detail: meaning.detail,
      severity,
      confidence: FORMAT_CONFIDENCE,
      start,
      end: stop,
    });
  }
}

function indexed(format: TokenFormat): readonly IndexedWord<TokenFormat>[] {
  return format.prefixes.map((text) => ({ text, ignoreCase: false, meaning: format }));
}
