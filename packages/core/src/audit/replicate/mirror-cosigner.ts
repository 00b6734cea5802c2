/** A mirror as a cosigner of a log: it is sent the entries that it does not have, a bounded number at each turn. */
import type { PolicyWitness } from '../../proof/index.ts';
import { type MirrorCosigner, requireAddress, type WitnessTransport } from '../witness/index.ts';
import { askMirror } from './ask-mirror.ts';

/** Requests with entries at one turn: with turns about once a second this is what one log loads a mirror with while it catches up. */
const UPLOADS_PER_TURN = 4;

/**
 * The mirror that a trust policy calls `witness`, at its address. Before the log signs anything it only says whether it saw further. Throws `config.invalid` for an address other
 * than `http:` and `https:`.
 */
export function mirrorCosigner(witness: PolicyWitness, transport: WitnessTransport): MirrorCosigner {
  const { key, url = '' } = requireAddress(witness);
  return {
    name: `mirror \`${witness.name}\``,
    witness,
    ask: (offered, oldSize, { isStart, signal }) =>
      askMirror({ key, url }, offered, oldSize, {
        transport,
        signal,
        maxUploads: isStart ? 0 : UPLOADS_PER_TURN,
      }),
  };
}
