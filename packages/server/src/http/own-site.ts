/** Where the pages of the plane are, as a browser names them. */

/** The site of the plane's pages. */
export interface OwnSite {
  /** As browsers send it in `Origin`. */
  readonly origin: string;
  /** What passkeys are bound to (WebAuthn §5.1.2): the host, without scheme and port. */
  readonly relyingParty: string;
  /** Whether cookies can be `Secure`; a browser refuses such of plain HTTP. */
  readonly isTls: boolean;
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** The site of `url`. Passkeys know no addresses, so that of the loopback interface is `localhost`, on the same port. */
export function ownSiteOf(url: string): OwnSite {
  const site = new URL(url);
  if (LOOPBACK.has(site.hostname)) site.hostname = 'localhost';
  return { origin: site.origin, relyingParty: site.hostname, isTls: site.protocol === 'https:' };
}

/** Whether `url` is on the loopback interface. */
export function isLoopbackUrl(url: string): boolean {
  return LOOPBACK.has(new URL(url).hostname);
}
