/** Which Ed25519 public keys are accepted: canonical points of the curve that are not of small order (RFC 8032 §5.1.3). */
import { Fault } from '../../kernel/index.ts';

declare const accepted: unique symbol;

/** A 32-byte public key that passed {@link parseEd25519PublicKey}. */
export type Ed25519PublicKey = Uint8Array & { readonly [accepted]: true };

/** Length of a public key in bytes. */
export const ED25519_PUBLIC_KEY_BYTES = 32;
/** The field prime, 2^255 − 19. */
const P = 2n ** 255n - 19n;
/** The curve constant d = −121665/121666 (RFC 8032 §5.1). */
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
/** y of the points of order 8, which double to y = 0: the roots of d·y⁴ + 2y² − 1 with a point above them. Each is the other negated. */
const ORDER_8_Y = [
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
];
/** y of all eight points of small order, either sign of x: orders 1 (y = 1), 2 (y = −1), 4 (y = 0) and 8. */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([1n, P - 1n, 0n, ...ORDER_8_Y]);

/**
 * `bytes` as a public key: throws `key.malformed` unless they are the canonical encoding of a point of the curve, `key.weak` for
 * a small-order point, under which one signature verifies for many messages. The result is a copy.
 *
 * Does not protect against a key with a small-order component: its holder can sign so that verifiers disagree, nobody else can.
 */
export function parseEd25519PublicKey(bytes: Uint8Array): Ed25519PublicKey {
  if (bytes.length !== ED25519_PUBLIC_KEY_BYTES) {
    throw malformed(`has ${ED25519_PUBLIC_KEY_BYTES} bytes, not ${bytes.length}`);
  }
  const encoded = littleEndian(bytes);
  const y = BigInt.asUintN(255, encoded);
  const negativeX = encoded >> 255n === 1n;
  // Small order is told first, so that every encoding of such a point has the same code.
  if (SMALL_ORDER_Y.has(y % P)) {
    throw new Fault(
      'key.weak',
      'an Ed25519 public key is a point of small order, which any signature may satisfy',
    );
  }
  if (y >= P) throw malformed('has its y below 2^255-19');
  const x2 = squareOfX(y);
  // x = 0 stands only where y = ±1, which is of small order, so no sign of zero is left to refuse.
  if (x2 === 0n && negativeX) throw malformed('has no sign on x = 0');
  if (!isSquare(x2)) throw malformed('is a point of the curve');
  return bytes.slice() as Ed25519PublicKey;
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at -= 1) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return value;
}

/** x² = (y² − 1) / (d·y² + 1); the divisor is never zero, because −d is not a square. */
function squareOfX(y: bigint): bigint {
  const y2 = (y * y) % P;
  return ((y2 + P - 1n) * power((D * y2 + 1n) % P, P - 2n)) % P;
}

/** Euler's criterion. */
function isSquare(value: bigint): boolean {
  return power(value, (P - 1n) / 2n) <= 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = base % P;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * factor) % P;
    factor = (factor * factor) % P;
  }
  return result;
}

function malformed(expectation: string): Fault {
  return new Fault('key.malformed', `an Ed25519 public key ${expectation}`);
}
