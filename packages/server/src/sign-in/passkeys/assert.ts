/** Signing in with a passkey (WebAuthn §7.2). */
import {
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import { isoBase64URL } from '@simplewebauthn/server/helpers';
import { ownSiteOf } from '../../http/index.ts';
import { PEOPLE, type PersonRecord } from '../../people/index.ts';
import type { Plane } from '../../plane.ts';
import type { Stored } from '../../state/index.ts';
import type { AssertionResponse } from './ceremony-bodies.ts';
import { isCrossOrigin } from './client-data.ts';
import { type Passkey, passkeysOf } from './passkey.ts';

const USER_HANDLE = /^([0-7][0-9A-HJKMNP-TV-Z]{25})\/([0-7][0-9A-HJKMNP-TV-Z]{25})$/;

/** What a page gives to `navigator.credentials.get`: no names, so that nobody learns who is here. */
export function assertionOptions({ url, random }: Plane): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: ownSiteOf(url).relyingParty,
    challenge: new Uint8Array(random.bytes(32)),
    userVerification: 'required',
  });
}

/** Whose passkey signed, or why nobody's did. */
export type Asserted =
  | {
      readonly status: 'good';
      readonly organisation: string;
      readonly person: Stored<PersonRecord>;
    }
  | { readonly status: 'refused'; readonly code: string };

/** Who signed `challenge`. The passkey's counter is raised with it: one that does not rise was copied (§6.1.1). */
export async function assertedPerson(
  plane: Plane,
  challenge: string,
  response: AssertionResponse,
): Promise<Asserted> {
  const handle = Buffer.from(response.userHandle, 'base64url').toString('latin1');
  const [, organisation = '', id = ''] = USER_HANDLE.exec(handle) ?? [];
  const passkey = passkeysOf(plane, organisation, id).find(({ credential }) => credential === response.id);
  if (passkey === undefined) return { status: 'refused', code: 'passkey.unknown' };
  const counter = await signedCounter(plane, challenge, response, passkey);
  if (counter === undefined) return { status: 'refused', code: 'passkey.signature' };
  if (!(await raiseCounter(plane, passkey, counter))) return { status: 'refused', code: 'passkey.counter' };
  const person = plane.objects(organisation, PEOPLE).get(id);
  return person?.status === 'active'
    ? { status: 'good', organisation, person }
    : { status: 'refused', code: 'passkey.person' };
}

/** The counter that the signature covers; `undefined` where there is no good one. */
async function signedCounter(
  { url }: Plane,
  challenge: string,
  { id, rawId, clientDataJSON, authenticatorData, signature }: AssertionResponse,
  passkey: Passkey,
): Promise<number | undefined> {
  const { origin, relyingParty } = ownSiteOf(url);
  try {
    if (isCrossOrigin(clientDataJSON)) return undefined;
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: relyingParty,
      requireUserVerification: true,
      // Compared below, where it is raised: nobody else may have raised it in between.
      credential: { id: passkey.credential, publicKey: isoBase64URL.toBuffer(passkey.key), counter: -1 },
    });
    return verified ? authenticationInfo.newCounter : undefined;
  } catch {
    // Whatever is wrong with it, in whatever words: it proves nothing.
    return undefined;
  }
}

/** Raises the counter; `false` where it was as high before. An authenticator that counts nothing says 0, always. */
async function raiseCounter(
  { tables, clock }: Plane,
  { id, counter: first }: Stored<Passkey>,
  counter: number,
): Promise<boolean> {
  if (counter <= first && (counter > 0 || first > 0)) return false;
  const row = { id, counter, last_used: clock.now() };
  const written = await tables
    .insertInto('passkey_counters')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ counter, last_used: row.last_used })
        .where('passkey_counters.counter', counter === 0 ? '=' : '<', counter),
    )
    .returning('id')
    .executeTakeFirst();
  return written !== undefined;
}
