/** A mirror as a cosigner of a log: it is sent the entries that it does not have, a bounded number at each turn. */
import type { Cosigner, WitnessTransport } from '../witness/index.ts';
import { askMirror, type AskedMirror } from './ask-mirror.ts';

/** Requests with entries at one turn: with turns about once a second this is what one log loads a mirror with while it catches up. */
const UPLOADS_PER_TURN = 4;

/** `mirror`, called `name` in messages. At the start of a log it only says whether it saw further. */
export function mirrorCosigner(name: string, mirror: AskedMirror, transport: WitnessTransport): Cosigner {
  return {
    name: `mirror \`${name}\``,
    ask: (offered, oldSize, { isStart, signal }) =>
      askMirror(mirror, offered, oldSize, { transport, signal, maxUploads: isStart ? 0 : UPLOADS_PER_TURN }),
  };
}
