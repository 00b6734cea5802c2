/** The interface: the table of pages within the frame. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  RouterProvider,
} from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { createQueryClient } from './api/index.ts';
import { Frame, takeNext } from './frame/index.ts';
import { PAGES } from './pages/index.ts';
import { PageLink, type PageRow, parseSearch, stringifySearch } from './router/index.ts';
import { EmptyState, ErrorState, Skeleton, useTitle } from './ui/index.ts';

/** What `/` opens. */
const FIRST_PAGE = '/live';

export function App(): ReactNode {
  const [queries] = useState(createQueryClient);
  const [router] = useState(createPages);
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </CSPProvider>
  );
}

function createPages(): ReturnType<typeof createRouter> {
  const root = createRootRoute({ component: Frame, notFoundComponent: Nowhere });
  const first = createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: ({ search }) => {
      const next = takeNext();
      const options = next === undefined ? { to: FIRST_PAGE, search } : { href: next };
      // oxlint-disable-next-line typescript/only-throw-error -- as the router is told of it
      throw redirect({ ...options, replace: true });
    },
  });
  const pages = PAGES.map((row) =>
    createRoute({
      getParentRoute: () => root,
      path: row.path,
      component: titled(row),
      pendingComponent: () => <Skeleton label={`Loading ${row.title}`} />,
      errorComponent: ({ error }) => <ErrorState what={`the page ${row.title}`} problem={error} />,
    }),
  );
  return createRouter({
    routeTree: root.addChildren([first, ...pages]),
    parseSearch,
    stringifySearch,
    defaultPendingMs: 200,
  }) as ReturnType<typeof createRouter>;
}

function titled({ load, title }: PageRow): ReturnType<typeof lazyRouteComponent> {
  return lazyRouteComponent(async () => {
    const { Page } = await load();
    return {
      default: function Titled(): ReactNode {
        useTitle(title);
        return <Page />;
      },
    };
  }, 'default');
}

function Nowhere(): ReactNode {
  useTitle('Not found');
  return (
    <EmptyState title="There is no such page">
      The address may be of something that was removed. <PageLink to={FIRST_PAGE}>Go to Live</PageLink>
    </EmptyState>
  );
}
