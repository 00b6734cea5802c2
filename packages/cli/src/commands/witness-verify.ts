/** `writ witness verify`: what a checkpoint or proof is worth under a trust policy of the verifier's own. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Fault, verifyNoteSignature } from '@writ/core';
import {
  describeWitnessed,
  openWitnessed,
  parseTrustPolicy,
  type ProofTrust,
  verifyWitnessedProof,
  type WitnessedCheckpoint,
} from '@writ/core/proof';
import { EXIT_NEGATIVE, EXIT_OK } from '../exit-codes.ts';
import { instant, print, printJson, styled, visible } from '../terminal/index.ts';

/** Flags of the command. */
export interface WitnessVerifyOptions {
  readonly policy?: string;
  readonly entry?: string;
  readonly json?: boolean;
}

/** Largest file read, in bytes: proofs are the largest. */
const MAX_BYTES = 2_097_152;
const MS_PER_SECOND = 1000;
/** The last instant that a date can say (ECMAScript, time values), in seconds. */
const MAX_DATE_SECONDS = 8_640_000_000_000;

/** Prints who cosigned, and whether they are enough. The answer is negative where they are not, or the proof does not hold. */
export async function verifyWitnessed(file: string, options: WitnessVerifyOptions): Promise<number> {
  if (options.policy === undefined) {
    throw new Fault('cli.usage', '`--policy` is missing', { hint: 'name a trust policy that you trust' });
  }
  const policy = parseTrustPolicy(sha256, readSmall(options.policy));
  const trust = { policy, sha256, verifySignature: verifyNoteSignature };
  const bytes = readSmall(file);
  if (options.entry === undefined) {
    const witnessed = await openWitnessed(bytes, policy, verifyNoteSignature);
    return answer(witnessed, undefined, options.json === true);
  }
  return verifyProof(bytes, readSmall(options.entry), trust, options.json === true);
}

async function verifyProof(
  proof: Uint8Array,
  entry: Uint8Array,
  trust: ProofTrust,
  json: boolean,
): Promise<number> {
  const verdict = await verifyWitnessedProof(proof, entry, trust);
  if (verdict.ok) return answer(verdict.witnessed, verdict.index, json);
  if (json) printJson({ ok: false, problem: verdict.problem, message: verdict.message });
  else print(`${styled('red', 'not verified')}  ${visible(verdict.message)}`);
  return EXIT_NEGATIVE;
}

function answer(witnessed: WitnessedCheckpoint, index: number | undefined, json: boolean): number {
  const { checkpoint, cosignedBy, hasQuorum, of } = witnessed;
  const { origin, size } = checkpoint;
  if (json) {
    const witnesses = cosignedBy.map(({ witness, timeSeconds }) => ({ name: witness.name, timeSeconds }));
    printJson({
      ok: hasQuorum,
      origin,
      size,
      index: index ?? null,
      witnessed: witnesses.length,
      of,
      witnesses,
    });
  } else {
    const label = hasQuorum ? styled('green', 'verified') : styled('red', 'not verified');
    const what = index === undefined ? `${size} entries` : `entry ${index} of ${size}`;
    print(`${label}  ${visible(origin)}, ${what}`);
    for (const { witness, timeSeconds } of cosignedBy)
      print(`  cosigned by ${visible(witness.name)} at ${timeOf(timeSeconds)}`);
    print(`  ${describeWitnessed(witnessed)}`);
  }
  return hasQuorum ? EXIT_OK : EXIT_NEGATIVE;
}

/** A witness may say any time; beyond the dates there are, its seconds. */
function timeOf(seconds: number): string {
  return seconds <= MAX_DATE_SECONDS ? instant(seconds * MS_PER_SECOND) : `${seconds} seconds after 1970`;
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

function readSmall(file: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new Fault('cli.usage', `cannot read \`${file}\``, { file }, { cause });
  }
  if (bytes.length <= MAX_BYTES) return bytes;
  throw new Fault('cli.usage', `\`${file}\` has ${bytes.length} bytes, at most ${MAX_BYTES} are read`);
}
