/** Cookies of the plane: for this host alone, out of reach of scripts (RFC 6265bis). */
import type { OwnSite } from './own-site.ts';

/** How a cookie is kept. */
export interface CookieOptions {
  readonly sameSite: 'Strict' | 'Lax';
  /** In seconds; 0 removes it. */
  readonly maxAge: number;
}

/** `name` as browsers hold it to this host: `__Host-` over TLS; plain on the loopback interface, where no browser takes `Secure`. */
function cookieName(name: string, { isTls }: OwnSite): string {
  return isTls ? `__Host-${name}` : name;
}

/** The text of `Set-Cookie`. */
export function setCookie(name: string, value: string, site: OwnSite, options: CookieOptions): string {
  const { sameSite, maxAge } = options;
  return `${cookieName(name, site)}=${value}; Path=/; HttpOnly${site.isTls ? '; Secure' : ''}; SameSite=${sameSite}; Max-Age=${maxAge}`;
}

/** The cookie `name` of `request`; `undefined` where there is none, `null` where it stands there twice, which only somebody else's page or host brings about. */
export function readCookie(request: Request, name: string, site: OwnSite): string | undefined | null {
  const whole = cookieName(name, site);
  const found = (request.headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${whole}=`));
  if (found.length > 1) return null;
  return found[0]?.slice(whole.length + 1);
}
