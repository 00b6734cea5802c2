/** A verdict, by shape, word and colour. */
import type { ReactNode } from 'react';

/** What a decision says. */
export type VerdictName = 'allow' | 'modify' | 'step_up' | 'defer' | 'deny';

const LOOKS: Readonly<
  Record<VerdictName, { shape: string; word: string; text: string; ground: string; css: string }>
> = {
  allow: { shape: '●', word: 'allow', text: 'text-allow', ground: 'bg-allow-ground', css: '--color-allow' },
  modify: {
    shape: '◐',
    word: 'modify',
    text: 'text-modify',
    ground: 'bg-modify-ground',
    css: '--color-modify',
  },
  step_up: {
    shape: '◆',
    word: 'step up',
    text: 'text-step-up',
    ground: 'bg-step-up-ground',
    css: '--color-step-up',
  },
  defer: { shape: '◌', word: 'defer', text: 'text-defer', ground: 'bg-defer-ground', css: '--color-defer' },
  deny: { shape: '■', word: 'deny', text: 'text-deny', ground: 'bg-deny-ground', css: '--color-deny' },
};

/** In the order in which they are listed and stacked. */
export const VERDICT_NAMES = Object.keys(LOOKS) as readonly VerdictName[];

/** The CSS variable of a verdict's colour, for charts. */
export function verdictColour(verdict: VerdictName): string {
  return LOOKS[verdict].css;
}

/** Whether `word` is a verdict. */
export function isVerdict(word: string | undefined): word is VerdictName {
  return word !== undefined && Object.hasOwn(LOOKS, word);
}

/** A verdict as words are set. `isLoud`: on its own ground, for a heading. */
export function Verdict({
  verdict,
  isLoud = false,
}: {
  readonly verdict: string;
  readonly isLoud?: boolean;
}): ReactNode {
  if (!isVerdict(verdict)) return <span className="text-ink-3">{verdict.slice(0, 20)}</span>;
  const { shape, word, text, ground } = LOOKS[verdict];
  return (
    <span
      className={`inline-flex items-baseline gap-1.5 font-medium whitespace-nowrap ${text} ${isLoud ? `${ground} rounded-md px-2 py-0.5` : ''}`}
    >
      <span aria-hidden="true" className="w-3 text-center text-[0.85em] leading-none">
        {shape}
      </span>
      {word}
    </span>
  );
}
