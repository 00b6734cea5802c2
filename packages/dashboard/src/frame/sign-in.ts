/** Going away to sign in, and coming back to where one was. */

/** Where whoever is not signed in goes; the page comes back to `here` by itself. */
export function signInAddress(here: string): string {
  return `/sign-in#next=${encodeURIComponent(here)}`;
}

/** Where the sign-in page keeps it, in this tab alone, while an identity provider shows its own pages; they come back to `/`. */
const KEPT = 'writ-next';

/** Where one was when one was asked to sign in, once; `undefined` where there is no such place, or it is none of this origin. */
export function takeNext(): string | undefined {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (kept === null || !/^\/[A-Za-z0-9]/.test(kept)) return undefined;
  const url = new URL(kept, location.origin);
  return url.origin === location.origin ? `${url.pathname}${url.search}` : undefined;
}

/** Leaves for the sign-in page. */
export function goSignIn(): void {
  const { pathname, search } = location;
  location.replace(signInAddress(`${pathname}${search}`));
}
