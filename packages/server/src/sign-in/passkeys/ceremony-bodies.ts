/** What browsers send of passkeys (WebAuthn §5.1, `toJSON`). */
import { z } from 'zod';

const BASE64URL = /^[A-Za-z0-9_-]+$/;
/** Longest of any part of it, in characters. */
const MOST = 65_536;
const part = z.string().min(1).max(MOST).regex(BASE64URL, 'base64url');
const whole = {
  id: z.string().min(1).max(1_400).regex(BASE64URL, 'base64url'),
  rawId: z.string().min(1).max(1_400).regex(BASE64URL, 'base64url'),
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
  clientExtensionResults: z.record(z.string().max(100), z.unknown()),
};

/** What a browser answers to `navigator.credentials.create`. */
export interface RegistrationResponse {
  readonly id: string;
  readonly rawId: string;
  readonly clientDataJSON: string;
  readonly attestationObject: string;
  readonly transports: readonly string[];
}
export const REGISTRATION_RESPONSE: z.ZodType<RegistrationResponse> = z
  .strictObject({
    ...whole,
    response: z.strictObject({
      clientDataJSON: part,
      attestationObject: part,
      authenticatorData: part.optional(),
      transports: z.array(z.string().max(20)).max(10).optional(),
      publicKeyAlgorithm: z.int().optional(),
      publicKey: part.nullish(),
    }),
  })
  .transform(({ id, rawId, response }) => ({
    id,
    rawId,
    clientDataJSON: response.clientDataJSON,
    attestationObject: response.attestationObject,
    transports: response.transports ?? [],
  }));

/** What a browser answers to `navigator.credentials.get`. */
export interface AssertionResponse {
  readonly id: string;
  readonly rawId: string;
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  readonly signature: string;
  readonly userHandle: string;
}
export const ASSERTION_RESPONSE: z.ZodType<AssertionResponse> = z
  .strictObject({
    ...whole,
    response: z.strictObject({
      clientDataJSON: part,
      authenticatorData: part,
      signature: part,
      userHandle: part,
      attestationObject: part.nullish(),
    }),
  })
  .transform(({ id, rawId, response: { clientDataJSON, authenticatorData, signature, userHandle } }) => ({
    id,
    rawId,
    clientDataJSON,
    authenticatorData,
    signature,
    userHandle,
  }));

/** What a page gives to the browser: as WebAuthn says, and passed on as it is. */
export const OPTIONS: z.ZodType<Readonly<Record<string, unknown>>> = z.record(z.string(), z.unknown());
