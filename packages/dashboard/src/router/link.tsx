/** Links within the interface, by address. */
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Search } from './search.ts';

/** A link to a page, as text is linked, or with classes of its own. */
export function PageLink({
  to,
  params,
  search,
  className = 'link',
  children,
}: {
  readonly to: string;
  /** What stands in the address in place of `$name`. */
  readonly params?: Readonly<Record<string, string>>;
  readonly search?: Search;
  readonly className?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <Link to={to} {...(params === undefined ? {} : { params })} search={search ?? {}} className={className}>
      {children}
    </Link>
  );
}

/** Goes to a page. */
export function useGoTo(): (to: string, search?: Search) => void {
  const navigate = useNavigate();
  return (to, search = {}) => void navigate({ to, search });
}

/** What stands in the address in place of `$name`; empty where the page has no such place. */
export function useParam(name: string): string {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  return params[name] ?? '';
}
