/** Registration of a passkey (WebAuthn §7.1): the person verified by the authenticator, its key taken, its maker not asked for. */
import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { decodeAttestationObject, isoBase64URL } from '@simplewebauthn/server/helpers';
import { Problem, ownSiteOf } from '../../http/index.ts';
import type { Plane } from '../../plane.ts';
import type { RegistrationResponse } from './ceremony-bodies.ts';
import { isCrossOrigin } from './client-data.ts';
import { type Passkey, passkeysOf } from './passkey.ts';

/** EdDSA, ES256, RS256 (COSE): what authenticators make. */
const ALGORITHMS = [-8, -7, -257];
/** Passkeys of a person. */
export const MOST_PASSKEYS = 20;

/** Whose passkey it becomes. */
export interface Registrant {
  readonly organisation: string;
  readonly id: string;
  readonly name: string;
}

/** What a page gives to `navigator.credentials.create`. */
export function registrationOptions(
  plane: Plane,
  { organisation, id, name }: Registrant,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName: 'Writ',
    rpID: ownSiteOf(plane.url).relyingParty,
    userName: name,
    userDisplayName: name,
    // Says where to look for the passkey; a signature alone proves anything.
    userID: new Uint8Array(Buffer.from(`${organisation}/${id}`, 'latin1')),
    challenge: new Uint8Array(plane.random.bytes(32)),
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: passkeysOf(plane, organisation, id).map(({ credential }) => ({ id: credential })),
    supportedAlgorithmIDs: ALGORITHMS,
  });
}

/** The passkey that a browser made for `challenge`. Throws `request.invalid` where it is not as it was asked for. */
export async function registeredPasskey(
  plane: Plane,
  { organisation, id, name }: Registrant,
  challenge: string,
  response: RegistrationResponse,
): Promise<Passkey> {
  const found = await verified(plane, challenge, response);
  const passkeys = passkeysOf(plane, organisation, id);
  if (passkeys.some(({ credential }) => credential === found.credential.id))
    throw new Problem('request.conflict', 'this passkey is registered already');
  if (passkeys.length >= MOST_PASSKEYS)
    throw new Problem('request.conflict', `a person has at most ${MOST_PASSKEYS} passkeys; remove one first`);
  return {
    type: 'passkey',
    person: id,
    name,
    credential: found.credential.id,
    key: isoBase64URL.fromBuffer(found.credential.publicKey),
    transports: response.transports,
    counter: found.credential.counter,
    isSynced: found.credentialDeviceType === 'multiDevice',
    created: plane.clock.now(),
  };
}

type Registered = NonNullable<Awaited<ReturnType<typeof verifyRegistrationResponse>>['registrationInfo']>;

async function verified(
  plane: Plane,
  challenge: string,
  response: RegistrationResponse,
): Promise<Registered> {
  const { id, rawId, clientDataJSON, attestationObject } = response;
  const { origin, relyingParty } = ownSiteOf(plane.url);
  try {
    if (isAsAskedFor(attestationObject) && !isCrossOrigin(clientDataJSON)) {
      const { registrationInfo } = await verifyRegistrationResponse({
        response: {
          id,
          rawId,
          type: 'public-key',
          clientExtensionResults: {},
          response: { clientDataJSON, attestationObject },
        },
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: relyingParty,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      });
      if (registrationInfo !== undefined) return registrationInfo;
    }
  } catch {
    // Whatever is wrong with it, in whatever words: it is none.
  }
  throw new Problem('request.invalid', 'the passkey is not as it was asked for; begin again');
}

/**
 * Whether the attestation is the one that was asked for: none, or the credential's own signature. Others name certificates, which would have to be fetched from where
 * the sender says.
 */
function isAsAskedFor(attestationObject: string): boolean {
  const object = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  const format = object.get('fmt');
  return format === 'none' || (format === 'packed' && object.get('attStmt').get('x5c') === undefined);
}
