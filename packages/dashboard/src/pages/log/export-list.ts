/** What a list finds, as a file: JSON Lines, one receipt a line, the newest first. */
import type { RowPage } from './paged-rows.ts';

/** Most lines of one file; what goes on is exported from where it ends. */
export const MOST_LINES = 50_000;

/** What came of it. */
export interface Exported {
  readonly text: string;
  readonly count: number;
  /** Whether it has all that was found. */
  readonly isWhole: boolean;
}

/** Reads page after page from `load`; `onCount` is told how many there are. Throws what `load` does, and once `signal` aborts. */
export async function exportList<Row>(
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<RowPage<Row>>,
  signal: AbortSignal,
  onCount: (count: number) => void,
  most: number = MOST_LINES,
): Promise<Exported> {
  const lines: string[] = [];
  let cursor: string | undefined;
  do {
    // oxlint-disable-next-line no-await-in-loop -- each page is named by the one before
    const page: RowPage<Row> = await load(cursor, signal);
    signal.throwIfAborted();
    for (const item of page.items) if (lines.length < most) lines.push(`${JSON.stringify(item)}\n`);
    onCount(lines.length);
    cursor = page.next;
  } while (cursor !== undefined && lines.length < most);
  return { text: lines.join(''), count: lines.length, isWhole: cursor === undefined };
}
