/** Pictures beside words: drawn lines, hidden from who listens. */
import type { ReactNode } from 'react';

const PATHS = {
  live: 'M1.5 8h3l2-5 3 10 2-5h3',
  approvals: 'M3 8.5 6.5 12 13 4.5',
  agents: 'M8 8.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 14c.5-2.6 2.6-4 5.5-4s5 1.4 5.5 4',
  tools: 'M9.5 3a3.5 3.5 0 0 1 3.9 4.6l-6.6 6a1.7 1.7 0 0 1-2.4-2.4l6-6.6M9.5 3l2 2',
  policies: 'M4 1.5h6l3 3v10H4zM6.5 7h4M6.5 10h4',
  log: 'M2 3.5h12M2 8h12M2 12.5h8',
  fleet: 'M2.5 2.5h11v4h-11zM2.5 9.5h11v4h-11zM5 4.5h.01M5 11.5h.01',
  alerts: 'M8 2a4 4 0 0 1 4 4c0 4 1.5 5 1.5 5h-11S4 10 4 6a4 4 0 0 1 4-4ZM6.5 13.5a1.6 1.6 0 0 0 3 0',
  settings: 'M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6M10 2.5v4M6 9.5v4',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  menu: 'M2 4h12M2 8h12M2 12h12',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M4.5 2.5v11l9-5.5z',
  chevron: 'M6 3.5 10.5 8 6 12.5',
  down: 'M3.5 6 8 10.5 12.5 6',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      className="size-4 shrink-0"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
