/** A software authenticator with the browser before it (WebAuthn): keys of its own, and whatever a test wants to be wrong. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** Signatures that it makes. */
export type Algorithm = 'ES256' | 'EdDSA';

/** What a test changes of what browser and authenticator say. */
export interface Lies {
  readonly origin?: string;
  readonly relyingParty?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  /** Flags of the authenticator data; default user present and verified. */
  readonly flags?: number;
  readonly counter?: number;
  readonly userHandle?: string;
  /** Attestation of the registration; default none. */
  readonly attestation?: { readonly format: string; readonly statement: CborMap };
  /** Signs with another key. */
  readonly signWith?: Passkey;
}

/** A passkey within the authenticator. */
export interface Passkey {
  readonly id: string;
  readonly userHandle: string;
  readonly algorithm: Algorithm;
  readonly privateKey: KeyObject;
  counter: number;
}

interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id?: string };
  readonly user: { readonly id: string };
}
interface RequestOptions {
  readonly challenge: string;
  readonly rpId?: string;
}

const PRESENT_AND_VERIFIED = 0x05;
const ATTESTED = 0x40;

/** Makes a passkey; answers it with what the browser sends. `counts`: whether it counts its uses. */
export function createPasskey(
  origin: string,
  options: CreationOptions,
  { algorithm = 'ES256', counts = true, ...lies }: Lies & { algorithm?: Algorithm; counts?: boolean } = {},
): { readonly passkey: Passkey; readonly response: object } {
  const { publicKey, privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('ed25519');
  const id = randomBytes(32);
  const counter = lies.counter ?? (counts ? 1 : 0);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(id.length);
  const data = Buffer.concat([
    head(lies.relyingParty ?? options.rp.id ?? '', (lies.flags ?? PRESENT_AND_VERIFIED) | ATTESTED, counter),
    Buffer.alloc(16),
    length,
    id,
    cbor(coseKey(publicKey, algorithm)),
  ]);
  const { format = 'none', statement = new Map() } = lies.attestation ?? {};
  const attestation = cbor(
    new Map<string | number, CborValue>([
      ['fmt', format],
      ['attStmt', statement],
      ['authData', data],
    ]),
  );
  const passkey = {
    id: id.toString('base64url'),
    userHandle: options.user.id,
    algorithm,
    privateKey,
    counter,
  };
  return {
    passkey,
    response: {
      id: passkey.id,
      rawId: passkey.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData('webauthn.create', origin, options.challenge, lies).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      },
    },
  };
}

/** Uses a passkey: what the browser sends. */
export function usePasskey(
  origin: string,
  options: RequestOptions,
  passkey: Passkey,
  lies: Lies = {},
): object {
  if (passkey.counter > 0) passkey.counter += 1;
  const data = head(
    lies.relyingParty ?? options.rpId ?? '',
    lies.flags ?? PRESENT_AND_VERIFIED,
    lies.counter ?? passkey.counter,
  );
  const client = clientData('webauthn.get', origin, options.challenge, lies);
  const { algorithm, privateKey } = lies.signWith ?? passkey;
  const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
  const signature = sign(algorithm === 'ES256' ? 'sha256' : null, signed, privateKey);
  return {
    id: passkey.id,
    rawId: passkey.id,
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: lies.userHandle ?? passkey.userHandle,
    },
  };
}

function head(relyingParty: string, flags: number, counter: number): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  return Buffer.concat([createHash('sha256').update(relyingParty).digest(), Buffer.from([flags]), count]);
}

function clientData(type: string, origin: string, challenge: string, lies: Lies): Buffer {
  return Buffer.from(
    JSON.stringify({
      type: lies.type ?? type,
      challenge: lies.challenge ?? challenge,
      origin: lies.origin ?? origin,
      crossOrigin: lies.crossOrigin ?? false,
    }),
  );
}

/** The key as authenticators write it (RFC 9053 §7). */
function coseKey(publicKey: KeyObject, algorithm: Algorithm): CborMap {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64url');
  return algorithm === 'ES256'
    ? new Map<number, CborValue>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, bytes(x)],
        [-3, bytes(y)],
      ])
    : new Map<number, CborValue>([
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, bytes(x)],
      ]);
}

export type CborMap = ReadonlyMap<string | number, CborValue>;
type CborValue = string | number | Buffer | CborMap | readonly CborValue[];

/** The few forms of CBOR that it takes (RFC 8949). */
function cbor(value: CborValue): Buffer {
  if (typeof value === 'number') return value < 0 ? initial(1, -1 - value) : initial(0, value);
  if (typeof value === 'string')
    return Buffer.concat([initial(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([initial(2, value.length), value]);
  if (value instanceof Map) {
    const pairs = [...(value as CborMap)].flatMap(([key, item]) => [cbor(key), cbor(item)]);
    return Buffer.concat([initial(5, (value as CborMap).size), ...pairs]);
  }
  const items = value as readonly CborValue[];
  return Buffer.concat([initial(4, items.length), ...items.map(cbor)]);
}

function initial(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument]);
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument]);
  return Buffer.from([(major << 5) | 25, argument >> 8, argument & 255]);
}
