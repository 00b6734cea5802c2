/** Signed checkpoints: what they say, and who among the keys of the verifier signed them (c2sp.org/tlog-checkpoint). */
import type { VerifierKey } from '../../note/index.ts';
import type { OpenedCheckpoint, ReadCheckpoint, Trust } from '../trust.ts';
import type { ProblemList } from './problems.ts';
import { fromLatin1, readBase64, readUtf8, toLatin1, utf8 } from './text.ts';

const [MAX_NOTE_BYTES, MAX_SIGNATURES] = [1_048_576, 100];
const CONTROL_CHARACTER = /[^\P{Cc}\n\u007f-\u009f]/u;
const SIGNATURE_LINE = /^\u2014 ([^\p{White_Space}\p{Cc}\ufeff+]{1,1024}) ([A-Za-z0-9+/=]+)$/u;

interface Signature {
  readonly name: string;
  readonly keyId: number;
  readonly bytes: Uint8Array;
}

interface SignedCheckpoint extends ReadCheckpoint {
  readonly signatures: readonly Signature[];
}

/** Opens a checkpoint, adding what is wrong with it to `problems`; `undefined` where it cannot be read at all. */
export async function openCheckpoint(
  bytes: Uint8Array | undefined,
  trust: Trust,
  problems: ProblemList,
  place: string,
): Promise<OpenedCheckpoint | undefined> {
  if (bytes === undefined) return problems.add('checkpoint-missing', 'the log has no checkpoint', place);
  const checkpoint = readSigned(bytes);
  if (typeof checkpoint === 'string')
    return problems.add('checkpoint-malformed', `a checkpoint ${checkpoint}`, place);
  const { origin, signatures } = checkpoint;
  const logKeys = trust.keys.filter(({ algorithm }) => algorithm !== 'cosignature/v1');
  const keys = [...logKeys, ...(trust.witnesses ?? []).filter(({ algorithm }) => algorithm !== 'ed25519')];
  const [signers, refused]: [VerifierKey[], string[]] = [[], []];
  for (const line of signatures) {
    const named = keys.filter(({ name, keyId }) => name === line.name && keyId === line.keyId);
    const found = await Promise.all(named.map((key) => isSignedBy(key, line.bytes, checkpoint, trust)));
    signers.push(...named.filter((_, at) => found[at]).slice(0, 1));
    if (named.length > 0 && !found.includes(true)) refused.push(line.name);
  }
  for (const name of refused)
    problems.add('signature-invalid', `the signature by \`${name}\` does not verify`, place);
  const names = signers.filter((key) => logKeys.includes(key)).map(({ name }) => name);
  const signed = names.includes(origin) && refused.length === 0;
  if (names.length === 0)
    problems.add('no-trusted-key', `no trusted key: none of ${logKeys.length} given signed it`, place);
  else if (!names.includes(origin))
    problems.add('origin-mismatch', `\`${names.join()}\` signed for \`${origin}\``, place);
  // INVARIANT: one public key counts once, whatever names it goes by, and no log vouches for itself.
  const counted = new Set(logKeys.map(({ publicKey }) => toLatin1(publicKey)));
  const isNew = ({ publicKey }: VerifierKey) => counted.size < counted.add(toLatin1(publicKey)).size;
  return { checkpoint, signed, witnesses: signed ? signers.filter(isNew) : [] };
}

/** Whether that is what `key` signs: a log the text, a witness also the time before its signature (c2sp.org/tlog-cosignature). */
async function isSignedBy(
  key: VerifierKey,
  bytes: Uint8Array,
  { text, origin, size, root, extensions }: ReadCheckpoint,
  { verifySignature }: Trust,
): Promise<boolean> {
  if (key.algorithm === 'ed25519') return verifySignature(key.publicKey, utf8(text), bytes);
  const cosignature = bytes.slice(8);
  const time = bytes.length > 8 ? new DataView(bytes.buffer).getBigUint64(bytes.byteOffset) : 2n ** 53n;
  if (time >= 2n ** 53n) return false;
  if (key.algorithm === 'cosignature/v1')
    return verifySignature(key.publicKey, utf8(`cosignature/v1\ntime ${time}\n${text}`), cosignature);
  const [name = '', log = ''] = [key.name, origin].map((part) => toLatin1(utf8(part)));
  if (extensions.length > 0 || name.length > 255 || log.length > 255) return false;
  const [sized, range] = [(part: string) => String.fromCharCode(part.length) + part, new Uint8Array(16)];
  new DataView(range.buffer).setBigUint64(8, BigInt(size));
  const statement = sized(name) + toLatin1(bytes.subarray(0, 8)) + sized(log) + toLatin1(range) + root;
  return verifySignature(key.publicKey, fromLatin1(`subtree/v1\n\0${statement}`), cosignature);
}

/** The checkpoint and the signature lines of a note (c2sp.org/signed-note), or what is wrong with it. */
function readSigned(bytes: Uint8Array): SignedCheckpoint | string {
  const whole = bytes.length <= MAX_NOTE_BYTES ? readUtf8(bytes) : undefined;
  if (whole === undefined || CONTROL_CHARACTER.test(whole)) return 'is no text, or too long';
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 0 || !whole.endsWith('\n')) return 'has no blank line before its signatures';
  const text = whole.slice(0, blank + 1);
  const [origin = '', decimal = '', encoded = '', ...extensions] = text.slice(0, -1).split('\n');
  const size = /^(?:0|[1-9][0-9]{0,15})$/.test(decimal) ? Number(decimal) : Number.NaN;
  const root = readBase64(encoded);
  if (origin === '' || extensions.includes('')) return 'has an empty line';
  if (!Number.isSafeInteger(size) || root.length !== 32)
    return 'has no size from 0 to 2^53-1, or no root of 32 bytes';
  const lines = whole.slice(blank + 2, -1).split('\n');
  const signatures = lines.map((line): Signature => {
    const [, name = '', blob = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const raw = fromLatin1(readBase64(blob).padEnd(4, '\0'));
    return { name, keyId: new DataView(raw.buffer).getUint32(0), bytes: raw.slice(4) };
  });
  if (lines.length > MAX_SIGNATURES || signatures.some((line) => line.bytes.length === 0))
    return 'has not 1 to 100 signatures';
  return { text, origin, size, root, extensions, signatures };
}
