/** DSSE envelopes (github.com/secure-systems-lab/dsse, v1.0.2): a signature covers the type of what is signed, so that it is never taken for another. */
import {
  concatBytes,
  Fault,
  fromBase64,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseStrictJson,
  toBase64,
  utf8,
} from '../../kernel/index.ts';
import { MAX_ENVELOPE_BYTES, MAX_SIGNERS } from '../../model/index.ts';

const SIGNATURE_BYTES = 64;
const KEY_ID = /^[0-9a-f]{16}$/;

/** An envelope that was read and not believed yet. */
export interface ReadEnvelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  /** Each key once. */
  readonly signatures: readonly EnvelopeSignature[];
}

/** What is signed: lengths before parts, so that no two pairs of type and body share an encoding. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  return concatBytes(utf8(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `), payload);
}

/** One signature over the pre-authentication encoding. */
export interface EnvelopeSignature {
  /** 16 hexadecimal digits. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** The envelope of `payload` as JSON text. */
export function sealEnvelope(
  payloadType: string,
  payload: Uint8Array,
  made: readonly EnvelopeSignature[],
): string {
  const signatures = made.map(({ keyId, signature }) => ({ keyid: keyId, sig: toBase64(signature) }));
  return `${JSON.stringify({ payloadType, payload: toBase64(payload), signatures }, null, 2)}\n`;
}

/** Reads an envelope: strict JSON, no unknown field, standard base64, each key once. Throws `bundle.malformed`. */
export function readEnvelope(text: string): ReadEnvelope {
  const { payloadType, payload, signatures, ...rest } = asObject(parse(text));
  requireNothing(rest);
  if (typeof payloadType !== 'string' || payloadType === '' || payloadType.length > 200)
    throw malformed('does not say what it holds');
  if (!Array.isArray(signatures) || signatures.length === 0 || signatures.length > MAX_SIGNERS)
    throw malformed(`needs 1 to ${MAX_SIGNERS} signatures`);
  const read = signatures.map(readSignature);
  if (new Set(read.map(({ keyId }) => keyId)).size !== read.length) throw malformed('names a key twice');
  return { payloadType, payload: bytes(payload), signatures: read };
}

function readSignature(value: JsonValue): ReadEnvelope['signatures'][number] {
  const { keyid, sig, ...rest } = asObject(value);
  requireNothing(rest);
  if (typeof keyid !== 'string' || !KEY_ID.test(keyid)) throw malformed('has a signature without a key id');
  const signature = bytes(sig);
  if (signature.length !== SIGNATURE_BYTES) throw malformed('has a signature of another length');
  return { keyId: keyid, signature };
}

function parse(text: string): unknown {
  try {
    return parseStrictJson(text, { maxLength: MAX_ENVELOPE_BYTES, maxDepth: 4 });
  } catch (cause) {
    throw new Fault('bundle.malformed', 'the bundle is no envelope: it is not JSON', {}, { cause });
  }
}

function asObject(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw malformed('is no object');
  return value;
}

function requireNothing(rest: JsonObject): void {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw malformed(`has the unknown field \`${unknown.slice(0, 60)}\``);
}

function bytes(value: JsonValue | undefined): Uint8Array {
  if (typeof value !== 'string') throw malformed('lacks bytes');
  try {
    return fromBase64(value);
  } catch (cause) {
    throw new Fault('bundle.malformed', 'the envelope holds bytes that are not base64', {}, { cause });
  }
}

function malformed(problem: string): Fault {
  return new Fault('bundle.malformed', `the envelope ${problem}`);
}
