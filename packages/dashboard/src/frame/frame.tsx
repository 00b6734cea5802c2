/** What stands around every page. */
import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { ApiProblem, ME } from '../api/index.ts';
import { ConnectionProvider } from '../events/index.ts';
import { TourBar } from '../tour/index.ts';
import { AgentText, ErrorState, Skeleton, ToastProvider } from '../ui/index.ts';
import { Account } from './account.tsx';
import { ConnectionState } from './connection-state.tsx';
import { usePlaceKeys } from './keys.ts';
import { Palette } from './palette.tsx';
import { Rail, RailMenu } from './rail.tsx';
import { goSignIn } from './sign-in.ts';
import { Strip } from './strip.tsx';

/** Nothing of a page is drawn before it is known who looks. */
export function Frame(): ReactNode {
  const { data: me, error, refetch } = useQuery(ME);
  const isStranger = error instanceof ApiProblem && error.status === 401;
  useEffect(() => {
    if (isStranger) goSignIn();
  }, [isStranger]);
  if (error !== null && !isStranger && me === undefined)
    return (
      <main className="p-4">
        <ErrorState what="the control plane" problem={error} onRetry={() => void refetch()} />
      </main>
    );
  if (me === undefined || isStranger)
    return (
      <main className="p-4">
        <Skeleton label="Loading the control plane" />
      </main>
    );
  return (
    <ToastProvider>
      <ConnectionProvider>
        <Inside organisation={me.organisation.name} />
      </ConnectionProvider>
    </ToastProvider>
  );
}

function Inside({ organisation }: { readonly organisation: string }): ReactNode {
  usePlaceKeys();
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    // Who listens, or goes by keyboard, begins where the new page begins.
    if (shown.current !== pathname) main.current?.focus();
    shown.current = pathname;
  }, [pathname]);
  return (
    <div className="flex h-dvh flex-col print:h-auto">
      <a
        href="#main"
        className="fixed top-1 left-1 z-60 -translate-y-20 rounded-md bg-accent px-3 py-1.5 text-on-accent focus:translate-y-0"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the page
      </a>
      <Strip />
      <header
        data-print="none"
        className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-sunken px-2 md:gap-3 md:px-4"
      >
        <RailMenu />
        <p className="flex min-w-0 items-baseline gap-2 text-base font-semibold">
          Writ
          <span className="truncate text-sm font-normal text-ink-3 max-sm:hidden">
            <AgentText text={organisation} limit={60} />
          </span>
        </p>
        <div className="ml-auto flex items-center gap-2 md:gap-3">
          <ConnectionState />
          <Palette />
          <Account />
        </div>
      </header>
      <div className="flex min-h-0 flex-1">
        <Rail />
        <main
          ref={main}
          id="main"
          tabIndex={-1}
          className="flex min-h-0 min-w-0 flex-1 flex-col overflow-auto outline-none"
        >
          <TourBar />
          <Outlet />
        </main>
      </div>
    </div>
  );
}
