/** The key that a verifier of the sample log brings. */
import { createMemoryLog } from '@writ/core';
import type { VerifierKey } from '@writ/core/proof';
import { SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';

/** From the same seed, by another log of the same origin. */
export function createVerifierKeyOfLog(): VerifierKey {
  return createMemoryLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS }).verifierKey;
}
