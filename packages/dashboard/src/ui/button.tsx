/** What can be pressed. */
import type { ButtonHTMLAttributes, ReactNode } from 'react';

/** `main` once on a screen; `danger` for what cannot be taken back. */
export type ButtonKind = 'main' | 'plain' | 'quiet' | 'danger';

const KINDS: Readonly<Record<ButtonKind, string>> = {
  main: 'bg-accent text-on-accent hover:opacity-90',
  plain: 'border border-edge bg-panel text-ink hover:bg-hover',
  quiet: 'text-ink-2 hover:bg-hover hover:text-ink',
  danger: 'bg-deny text-on-deny hover:opacity-90',
};

/** Classes of a button, for links and parts that are drawn as one. */
export function buttonClass(kind: ButtonKind = 'plain', more = ''): string {
  return `inline-flex h-8 items-center justify-center gap-2 rounded-md px-3 text-sm font-medium whitespace-nowrap select-none disabled:opacity-50 ${KINDS[kind]} ${more}`;
}

export function Button({
  kind = 'plain',
  className = '',
  type = 'button',
  children,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { readonly kind?: ButtonKind }): ReactNode {
  return (
    <button type={type} className={buttonClass(kind, className)} {...rest}>
      {children}
    </button>
  );
}
