/** What is held about a person as a file: JSON of one object, or CSV of one line for each field. */
import { csvLine } from '../csv.ts';
import type { SubjectExportHeader, SubjectExportItem } from './subject-export.ts';

/** Columns of the CSV, in order. */
const COLUMNS = ['what', 'index', 'time', 'kind', 'retention', 'purpose', 'field', 'value'] as const;

/** Pieces of one JSON object: the header's members, `items`, each item on a line of its own, and their `count`. */
export function* printSubjectJson(
  header: SubjectExportHeader,
  items: Iterable<SubjectExportItem>,
): Generator<string> {
  yield `${JSON.stringify(header).slice(0, -1)},"items":[`;
  let count = 0;
  for (const item of items) {
    yield `${count === 0 ? '\n' : ',\n'}${JSON.stringify(item)}`;
    count += 1;
  }
  yield `\n],"count":${count}}\n`;
}

/** Lines of CSV (RFC 4180), the names of its columns first. A cell that a spreadsheet would take for a formula begins with `'`. */
export function* printSubjectCsv(items: Iterable<SubjectExportItem>): Generator<string> {
  yield csvLine(COLUMNS);
  for (const item of items) {
    if (item.what === 'entry') {
      const { time, kind, retentionClass, purpose = '' } = item;
      // An index of another log says of which.
      const index = item.log === undefined ? String(item.index) : item.receipt;
      for (const [field, value] of Object.entries(item.fields))
        yield csvLine(['entry', index, time, kind, retentionClass, purpose, field, textOf(value)]);
      for (const field of item.erased ?? [])
        yield csvLine(['entry', index, time, kind, retentionClass, purpose, field, '[erased]']);
    } else
      for (const [field, value] of Object.entries(item.value))
        yield csvLine([item.what, '', '', '', '', '', field, textOf(value)]);
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
