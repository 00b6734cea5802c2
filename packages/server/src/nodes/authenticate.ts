/** Takes `Authorization: WritNode …`: a request that an enrolled node signed, once. */
import { isFault, isUlid, parsePublicKey, type ReadProof, readNodeProof, verifyNodeProof } from '@writ/core';
import type { Authenticator } from '../callers/index.ts';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import { goodKey, NODES } from './node.ts';
import { isFirstShown } from './nonces.ts';

/** Looks for the proof of a node. A node is suspended or removed, and a key replaced, from the next request on. */
export function nodeAuthenticator(plane: Plane): Authenticator {
  return async (request, body) => {
    const header = request.headers.get('authorization');
    const proof = header === null ? undefined : readProof(header);
    if (proof === undefined) return undefined;
    const now = plane.wallClock.now();
    const node = isUlid(proof.organisation)
      ? plane.objects(proof.organisation, NODES).get(proof.node)
      : undefined;
    const key = node === undefined ? undefined : goodKey(node, proof.keyId, now);
    if (node === undefined || key === undefined) throw unproven();
    const { pathname, search } = new URL(request.url);
    try {
      verifyNodeProof(proof, {
        // INVARIANT: as we call ourselves; what `Host` says is the sender's.
        request: { method: request.method, url: `${plane.url}${pathname}${search}`, body: await body() },
        publicKey: publicKeyOf(key.key),
        now,
      });
    } catch (fault) {
      if (isFault(fault)) throw unproven();
      throw fault;
    }
    if (!(await isFirstShown(plane, proof, now))) throw unproven();
    return {
      kind: 'node',
      id: proof.node,
      organisation: proof.organisation,
      roles: [],
      teams: node.team === undefined ? [] : [node.team],
      credential: key.id,
      concerns: [],
      isCookie: false,
    };
  };
}

/** Keys that were parsed: to see that one is of full order takes longer than everything else of a request. */
const PARSED = new Map<string, ReturnType<typeof parsePublicKey>['publicKey']>();
const MOST_PARSED = 10_000;

function publicKeyOf(text: string): ReturnType<typeof parsePublicKey>['publicKey'] {
  const known = PARSED.get(text);
  if (known !== undefined) return known;
  const { publicKey } = parsePublicKey(text);
  if (PARSED.size >= MOST_PARSED) PARSED.clear();
  PARSED.set(text, publicKey);
  return publicKey;
}

function readProof(header: string): ReadProof | undefined {
  try {
    return readNodeProof(header);
  } catch (fault) {
    if (isFault(fault)) throw unproven();
    throw fault;
  }
}

function unproven(): Problem {
  return new Problem(
    'request.unauthenticated',
    'the node’s proof is not good here: not enrolled, suspended, of another key, or not fresh (compare its clock with the header `Date`)',
  );
}
