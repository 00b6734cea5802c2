/** What is left of bodies, sealed in their place: for whoever erases and does not hold the log's sealer. */
import type { Random } from '../../kernel/index.ts';
import type { BodyRef } from '../../model/index.ts';
import type { BodyKey } from './body-key.ts';
import type { StoredBody } from './open-body.ts';
import { BodySealer } from './seal-body.ts';

/** A fresh key for the body and a nonce to wrap it with, in bytes. */
const RANDOM_BYTES = 44;

/** Seals `text` as what is left of the body that `ref` names. */
export type Reseal = (text: string, ref: BodyRef) => StoredBody;

/** Seals what is left of bodies of the log `origin`, each under a fresh key that `bodyKey` wraps. */
export function createReseal(
  origin: string,
  { bodyKey, random }: { readonly bodyKey: BodyKey; readonly random: Random },
): Reseal {
  const sealer = new BodySealer(origin, bodyKey);
  return (text, ref) => sealer.reseal(text, ref, Buffer.from(random.bytes(RANDOM_BYTES)).toString('latin1'));
}
