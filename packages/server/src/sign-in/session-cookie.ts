/** The cookie that holds a session's secret. */
import { createHash } from 'node:crypto';
import type { Random } from '@writ/core';
import { ownSiteOf, readCookie, setCookie } from '../http/index.ts';

const NAME = 'writ';
const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits, as text. */
export function newSecret(random: Random): string {
  return Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url');
}

/** SHA-256 in hexadecimal: what is kept of a secret of 256 random bits. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/**
 * `Set-Cookie` with a session's secret. `Strict`: no other site's link or form sends it, and the pages of the plane, which are the same for everybody, ask for
 * everything from this site.
 */
export function sessionCookie(url: string, secret: string, maxAge: number): string {
  return setCookie(NAME, secret, ownSiteOf(url), { sameSite: 'Strict', maxAge });
}

/** The secret that `request` shows; `undefined` for none, `null` for what no browser got from here. */
export function sessionSecretOf(url: string, request: Request): string | undefined | null {
  const value = readCookie(request, NAME, ownSiteOf(url));
  return typeof value === 'string' && !SECRET.test(value) ? null : value;
}
