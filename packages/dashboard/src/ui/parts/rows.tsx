/** A short list within a section, as a table that is read, not scrolled. */
import type { ReactNode } from 'react';

/** One column. */
export interface PlainColumn<Row> {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly isNumber?: boolean;
}

/** `label`: what it is a list of, for who listens. It is scrolled sideways where it is too wide. */
export function PlainTable<Row>({
  label,
  columns,
  rows,
  keyOf,
}: {
  readonly label: string;
  readonly columns: readonly PlainColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}): ReactNode {
  return (
    <div
      className="relative overflow-x-auto focus-visible:-outline-offset-2"
      tabIndex={0}
      role="group"
      aria-label={label}
    >
      <table className="w-full text-left text-sm">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="border-b border-line text-xs text-ink-3">
            {columns.map(({ header, isNumber }) => (
              <th
                key={header}
                scope="col"
                className={`px-4 py-1.5 font-medium whitespace-nowrap ${isNumber === true ? 'text-right' : ''}`}
              >
                {header === '' ? <span className="sr-only">What can be done</span> : header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row) => (
            <tr key={keyOf(row)} className="hover:bg-hover">
              {columns.map(({ header, cell, isNumber }) => (
                <td
                  key={header}
                  className={`px-4 py-1.5 align-top ${isNumber === true ? 'tabular text-right' : ''}`}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
