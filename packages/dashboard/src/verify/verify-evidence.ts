/** Whether an entry is proven, one check after the other, by the verifier of `@writ/core/proof`. Nothing is believed that the server says of it. */
import {
  type FieldShown,
  openFields,
  parseCheckpoint,
  parseNote,
  parseReceipt,
  parseVerifierKey,
  plainSha256,
  type ProblemCode,
  type ReceiptReport,
  type Trust,
  type VerifierKey,
  verifyReceipt,
  type VerifySignature,
} from '@writ/core/proof';

/** What somebody showed: an entry, what is to prove it, and what they opened of it. */
export interface Evidence {
  /** The bytes, in standard base64. */
  readonly entry: string;
  /** A C2SP tlog-proof. */
  readonly proof: string;
  readonly disclosed: readonly FieldShown[];
}

/** What the page shows, which must be what is proven. */
export interface Shown {
  /** `origin#index`. */
  readonly receipt: string;
  readonly entry: unknown;
}

/** Keys that are believed, each `name+keyid+base64`. */
export interface Believed {
  readonly log: readonly string[];
  /** Of whoever cosigns: mirrors, witnesses. */
  readonly cosigners: readonly string[];
}

/** In the order in which they are made. */
export const CHECK_NAMES = ['entry', 'inclusion', 'checkpoint', 'cosignature', 'disclosed'] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** What came of one check. `not-made`: there was nothing to check, or this browser cannot. */
export interface Check {
  readonly name: CheckName;
  readonly status: 'passed' | 'failed' | 'not-made';
  /** One sentence. What stands in it of keys and logs was written elsewhere. */
  readonly said: string;
}

/** Codes of the verifier that are about the checkpoint rather than about the place in the tree. */
const OF_CHECKPOINT: ReadonlySet<ProblemCode> = new Set([
  'no-trusted-key',
  'signature-invalid',
  'origin-mismatch',
  'checkpoint-malformed',
  'checkpoint-missing',
]);
const ED25519_KEY_BYTES = 32;

/** Makes each check, and tells of it when it is made. */
export async function* verifyEvidence(
  evidence: Evidence,
  shown: Shown,
  believed: Believed,
  verifySignature: VerifySignature,
): AsyncGenerator<Check> {
  const entry = bytesOf(evidence.entry);
  const proof = new TextEncoder().encode(evidence.proof);
  yield checkEntry(entry, proof, shown);
  const keys = readKeys(believed.log);
  const base = { sha256: plainSha256, verifySignature };
  const report = await verifyReceipt(proof, entry, { ...base, keys: keys.usable });
  yield checkInclusion(report, proof);
  yield checkSigned(report, keys);
  yield await checkCosigned(proof, entry, { ...base, keys: keys.usable }, readKeys(believed.cosigners));
  yield checkDisclosed(entry, evidence.disclosed);
}

/** Whether it is proven: what can be left out is what was not disclosed and who else signed. */
export function isProven(checks: readonly Check[]): boolean {
  const passed = (name: CheckName): boolean =>
    checks.some((check) => check.name === name && check.status === 'passed');
  return (
    checks.length === CHECK_NAMES.length &&
    checks.every(({ status }) => status !== 'failed') &&
    passed('entry') &&
    passed('inclusion') &&
    passed('checkpoint')
  );
}

/** What is shown is in the bytes, in one reading of them, and is of the place that the proof is of. */
function checkEntry(bytes: Uint8Array, proof: Uint8Array, shown: Shown): Check {
  const failed = (said: string): Check => ({ name: 'entry', status: 'failed', said });
  const text = attempt(() => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  const entry = text === undefined ? undefined : attempt(() => JSON.parse(text) as unknown);
  if (text === undefined || typeof entry !== 'object' || entry === null)
    return failed('The bytes are no entry.');
  if (JSON.stringify(entry) !== text)
    return failed(
      'The bytes can be read in two ways: a member stands twice, or a value is spelled otherwise.',
    );
  if (canonical(entry) !== canonical(shown.entry))
    return failed('What this page shows is not what stands in the bytes that are proven.');
  const place = attempt(() => {
    const { index, checkpoint } = parseReceipt(proof);
    return `${parseCheckpoint(parseNote(checkpoint).text).origin}#${index}`;
  });
  if (place !== undefined && place !== shown.receipt)
    return failed(`The proof is of another place, ${place.slice(0, 200)}.`);
  return {
    name: 'entry',
    status: 'passed',
    said: `What is shown are the bytes that are proven, ${bytes.length.toLocaleString('en')} of them; SHA-256 ${hex(plainSha256(bytes))}.`,
  };
}

function checkInclusion({ problems, index, size }: ReceiptReport, proof: Uint8Array): Check {
  const wrong = problems.find(({ code }) => !OF_CHECKPOINT.has(code));
  const hashes = attempt(() => parseReceipt(proof).proof.length);
  if (wrong !== undefined || hashes === undefined || size === undefined || index === undefined)
    return {
      name: 'inclusion',
      status: 'failed',
      said: sentence(wrong?.message ?? problems[0]?.message ?? 'the proof cannot be read'),
    };
  return {
    name: 'inclusion',
    status: 'passed',
    said: `${hashes} hashes lead from the entry, at ${index}, to the root over ${size.toLocaleString('en')} entries.`,
  };
}

function checkSigned(report: ReceiptReport, { usable, other }: ReadKeys): Check {
  const wrong = report.problems.find(({ code }) => OF_CHECKPOINT.has(code) || code === 'receipt-malformed');
  if (wrong === undefined)
    return {
      name: 'checkpoint',
      status: 'passed',
      said: `The log’s own key signed that root for ${report.origin ?? ''}.`,
    };
  const isUnable = usable.length === 0 && other > 0 && wrong.code === 'no-trusted-key';
  return {
    name: 'checkpoint',
    status: isUnable ? 'not-made' : 'failed',
    said: isUnable ? CANNOT : sentence(wrong.message),
  };
}

const CANNOT =
  'The key is ML-DSA-44, which browsers cannot check yet: download the proof, and check it by the command below.';

async function checkCosigned(
  proof: Uint8Array,
  entry: Uint8Array,
  trust: Trust,
  { usable, other }: ReadKeys,
): Promise<Check> {
  const name = 'cosignature';
  if (usable.length === 0)
    return {
      name,
      status: 'not-made',
      said: other > 0 ? CANNOT : 'No key of a mirror or a witness is known.',
    };
  const alone = await verifyReceipt(proof, entry, trust);
  const known = new Set(alone.problems.map(({ code, message }) => `${code} ${message}`));
  const with_ = await verifyReceipt(proof, entry, { ...trust, witnesses: usable, minimumWitnesses: 1 });
  const wrong = with_.problems.find(({ code, message }) => !known.has(`${code} ${message}`));
  if (wrong === undefined && with_.witnesses.length > 0)
    return {
      name,
      status: 'passed',
      said: `Cosigned by ${with_.witnesses.join(', ')}, which holds the same log.`,
    };
  return {
    name,
    status: 'failed',
    said: sentence(wrong?.message ?? 'nobody else who is believed signed that root'),
  };
}

function checkDisclosed(entry: Uint8Array, disclosed: readonly FieldShown[]): Check {
  const name = 'disclosed';
  if (disclosed.length === 0)
    return {
      name,
      status: 'not-made',
      said: 'The node disclosed nothing of it, so there is nothing to open.',
    };
  const opened = openFields(plainSha256, entry, disclosed);
  const wrong = disclosed.filter((field) => !opened.includes(field)).map(({ field }) => field);
  if (wrong.length > 0)
    return {
      name,
      status: 'failed',
      said: `Not what the entry committed to: ${wrong.join(', ').slice(0, 300)}.`,
    };
  return {
    name,
    status: 'passed',
    said: `${opened.length} ${opened.length === 1 ? 'field opens its commitment' : 'fields open their commitments'} in the entry: ${opened.map(({ field }) => field).join(', ')}.`,
  };
}

interface ReadKeys {
  readonly usable: readonly VerifierKey[];
  /** Keys of algorithms that a browser does not have. */
  readonly other: number;
}

/** Keys that cannot be read are nobody's. */
function readKeys(texts: readonly string[]): ReadKeys {
  const keys = texts
    .map((text) => attempt(() => parseVerifierKey(plainSha256, text)))
    .filter((key) => key !== undefined);
  const usable = keys.filter(({ publicKey }) => publicKey.length === ED25519_KEY_BYTES);
  return { usable, other: keys.length - usable.length };
}

function bytesOf(base64: string): Uint8Array {
  const latin1 = attempt(() => atob(base64)) ?? '';
  return Uint8Array.from(latin1, (unit) => unit.charCodeAt(0));
}

function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** RFC 8785, as far as both come out of JSON. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([left], [right]) => (left < right ? -1 : 1)))
      : one,
  );
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
