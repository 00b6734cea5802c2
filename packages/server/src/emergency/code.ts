/** Codes of emergency access: made by the person themselves while all is well, shown once, kept as hashes, good once. */
import { timingSafeEqual } from 'node:crypto';
import { PEOPLE, type PersonRecord } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { CREDENTIALS, credentialsOf, type EmergencyCode, hashOf, newSecret } from '../sign-in/index.ts';
import type { Change, Stored } from '../state/index.ts';

/** Codes that somebody has at once: one may be mistyped into a page that is not ours. */
export const CODES = 3;
const FORM = /^([0-7][0-9A-HJKMNP-TV-Z]{25})\.([0-7][0-9A-HJKMNP-TV-Z]{25})\.([A-Za-z0-9_-]{43})$/;

/** New codes in place of those that the person had: what is shown, and what commits. */
export function newCodes(
  plane: Plane,
  organisation: string,
  person: string,
  expires: number,
): { readonly codes: readonly string[]; readonly effects: Change['effects'] } {
  const credentials = plane.objects(organisation, CREDENTIALS);
  const made = Array.from({ length: CODES }, () => ({ id: plane.newId(), secret: newSecret(plane.random) }));
  const created = plane.clock.now();
  return {
    codes: made.map(({ id, secret }) => `${organisation}.${id}.${secret}`),
    effects: [
      ...codesOf(plane, organisation, person).map(({ id, index }) => credentials.remove(id, index)),
      ...made.map(({ id, secret }) =>
        credentials.put(id, { type: 'emergency', person, hash: hashOf(secret), created, expires }, null),
      ),
    ],
  };
}

/** The codes of a person. */
export function codesOf(
  plane: Pick<Plane, 'objects'>,
  organisation: string,
  person: string,
): readonly Stored<EmergencyCode>[] {
  return credentialsOf(plane, organisation, person).filter(
    (credential): credential is Stored<EmergencyCode> => credential.type === 'emergency',
  );
}

/** A code that is good, and whose. */
export interface GoodCode {
  readonly organisation: string;
  readonly code: Stored<EmergencyCode>;
  readonly person: Stored<PersonRecord>;
}

/** The code of `text`; `undefined` where it is unknown, used, expired, or of somebody who may not come in any more. */
export function goodCode(plane: Plane, text: string): GoodCode | undefined {
  const [, organisation = '', id = '', secret = ''] = FORM.exec(text) ?? [];
  const code = plane.objects(organisation, CREDENTIALS).get(id);
  if (code?.type !== 'emergency') return undefined;
  if (!timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(code.hash))) return undefined;
  const person = plane.objects(organisation, PEOPLE).get(code.person);
  const now = plane.clock.now();
  if (person?.status !== 'active' || now >= code.expires || now >= (person.emergencyUntil ?? 0))
    return undefined;
  return { organisation, code, person };
}
