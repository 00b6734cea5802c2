/** The node that runs beside the server, in the same process: it needs no administrator to hand a code over, and is recorded like every other. */
import { isLoopbackUrl } from '../http/index.ts';
import { goodKey, NODES, originKey, originsOf } from '../nodes/index.ts';
import { organisationsOf, SERVER } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { createSecret } from '../tokens/index.ts';
import { codeText, type Enrolment, ENROLMENTS } from './enrolment.ts';

/** How long the code of such a node is good, in milliseconds: it is used at once, by this process. */
const LIFE_MS = 60_000;

/** Who it is, as it stands beside. */
export interface NodeBeside {
  readonly name: string;
  readonly environment: string;
  /** Of its log. */
  readonly origin: string;
  /** Id of its key. */
  readonly keyId: string;
}

/** `known`: it was enrolled before, under that id; `new`: it enrols with the code; `refused`: why it is none, for whoever started it. */
export type BesidePlace =
  | {
      readonly status: 'known';
      readonly organisation: string;
      readonly node: string;
      readonly environment: string;
      readonly team?: string;
    }
  | { readonly status: 'new'; readonly code: string }
  | { readonly status: 'refused'; readonly problem: string };

/**
 * The place of a node beside a server that nobody but this machine reaches. INVARIANT: what an administrator decided of it stands: one that was removed, or whose
 * key is another by now, gets no code.
 */
export async function placeBeside(plane: Plane, beside: NodeBeside): Promise<BesidePlace> {
  const { name, environment, origin, keyId } = beside;
  if (!isLoopbackUrl(plane.url))
    return refused(
      'it is reached from beyond this machine, where every node is enrolled by an administrator',
    );
  const [organisation, ...others] = organisationsOf(plane);
  if (organisation === undefined || others.length > 0)
    return refused('it has several organisations, and an administrator says whose the gateway is');
  const owner = originsOf(plane).get(originKey(origin));
  const node = owner === undefined ? undefined : plane.objects(owner.organisation, NODES).get(owner.node);
  if (node?.status === 'removed') return refused('an administrator removed it');
  if (node?.status === 'suspended') return refused('an administrator suspended it');
  const now = plane.clock.now();
  if (node !== undefined) {
    if (goodKey(node, keyId, now) === undefined)
      return refused('it knows the log of this gateway by another key; remove that node first');
    const { id, environment: of, team } = node;
    return {
      status: 'known',
      organisation,
      node: id,
      environment: of,
      ...(team === undefined ? {} : { team }),
    };
  }
  const id = plane.newId();
  const { secret, hash } = createSecret(plane.random);
  const enrolment: Enrolment = {
    name,
    environment,
    hash,
    created: now,
    expires: now + LIFE_MS,
    status: 'open',
  };
  await plane.changes.commit({
    action: 'enrolments.create',
    object: id,
    organisation,
    actor: SERVER,
    details: { name, environment, beside: true, expires: enrolment.expires },
    effects: [plane.objects(organisation, ENROLMENTS).put(id, enrolment, null)],
  });
  return { status: 'new', code: codeText(organisation, id, secret) };
}

function refused(problem: string): BesidePlace {
  return { status: 'refused', problem };
}
