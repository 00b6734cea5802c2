/** Going away to sign in, and coming back to where one was. */

/** Where whoever is not signed in goes; the page comes back to `here` by itself. */
export function signInAddress(here: string): string {
  return `/sign-in#next=${encodeURIComponent(here)}`;
}

/** Leaves for the sign-in page. */
export function goSignIn(): void {
  const { pathname, search } = location;
  location.replace(signInAddress(`${pathname}${search}`));
}
