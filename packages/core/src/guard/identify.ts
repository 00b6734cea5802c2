/** Steps 2 and 3 of the line: the request as it will be judged and digested, who makes it, and in which session. */
import { createUlid } from '../kernel/index.ts';
import { actionDigest, REQUEST_VERSION } from '../model/index.ts';
import {
  authenticate,
  type AuthenticationInput,
  configuredSubject,
  signAction,
  type SignedAction,
} from '../identity/index.ts';
import { sessionFor } from '../runtime/index.ts';
import { type IdentifiedAction, registeredFor } from './judgement/index.ts';
import type { GuardPorts, InterceptedAction } from './types.ts';

/**
 * Builds the request of `action`. A re-entering action keeps its `requestId`, is signed anew and names the decision it resumes as `parent`.
 * Throws what cannot be digested (`json.not-serialisable`, `json.too-deep`).
 */
export function identify(
  ports: GuardPorts,
  action: InterceptedAction,
  requestId: string,
  parent: string | undefined,
): IdentifiedAction {
  const at = ports.clock.now();
  const who = identityOf(ports, action, at);
  const unsigned = {
    version: REQUEST_VERSION as typeof REQUEST_VERSION,
    requestId,
    tenant: ports.tenant,
    node: ports.node,
    face: action.face,
    session: sessionFor({
      tenant: ports.tenant,
      node: ports.node,
      agent: who.agent.id,
      ...(who.person === undefined ? {} : { person: who.person.id }),
      ...(action.sessionClaim === undefined ? {} : { claim: action.sessionClaim }),
    }),
    initiator: action.initiator,
    ...(action.initiatingServer === undefined ? {} : { initiatingServer: action.initiatingServer }),
    phase: action.phase,
    method: action.method,
    parts: action.parts,
    args: action.args,
    subject: configuredSubject({ ...who, now: at }),
    ...(action.definitionPin === undefined ? {} : { definitionPin: action.definitionPin }),
    ...(parent === undefined ? {} : { parent }),
    causes: [],
    ...(action.trace === undefined ? {} : { trace: action.trace }),
    ...purposeDeclared(ports, action),
    deadline: at + ports.timings.holdMs + ports.timings.performMs,
  };
  const requestedDigest = actionDigest(unsigned);
  // The signer's key is that of the node's own agent; a caller's proof is the one its face checked.
  const signer = action.caller === undefined ? ports.signer : undefined;
  const signature = signed(ports, signer, requestedDigest, at);
  const { subject, consumes } = authenticate({
    ...who,
    now: at,
    ...(signer === undefined
      ? {}
      : {
          key: {
            expected: { publicKey: signer.publicKey, digest: requestedDigest, audience: ports.node },
            ...(signature === undefined ? {} : { signed: signature }),
          },
        }),
  });
  const { purpose: registered, dataSubject } = registeredFor(ports, unsigned);
  return {
    action,
    ...(registered === undefined ? {} : { registered }),
    ...(dataSubject === undefined ? {} : { dataSubject }),
    request: { ...unsigned, subject, requestedDigest },
    nonceKeys: consumes,
    ...(signature === undefined ? {} : { signature: { ...signature } }),
  };
}

/** Which purpose the action has: with a register as configuration says it, whatever its caller claims; else as the face says it. */
function purposeDeclared(
  { purposes }: GuardPorts,
  { parts, purpose: claimed }: InterceptedAction,
): { readonly purpose?: string } {
  const purpose =
    purposes === undefined
      ? claimed
      : purposes.declared({ parts, ...(claimed === undefined ? {} : { claimed }) });
  return purpose === undefined ? {} : { purpose };
}

/** The caller that the face authenticated, whole; else the node's own agent. The two are never mixed. */
function identityOf(
  ports: GuardPorts,
  { caller }: InterceptedAction,
  at: number,
): Omit<AuthenticationInput, 'now' | 'key'> {
  if (caller !== undefined) return caller;
  return {
    agent: ports.agent,
    ...(ports.person === undefined ? {} : { person: ports.person }),
    ...(ports.chain === undefined ? {} : { chain: ports.chain }),
    ...(ports.vouchedBy === undefined ? {} : { authentication: { ...ports.vouchedBy, at } }),
  };
}

/** The agent's signature, where the agent has a key: over digest, nonce, audience and time, and its nonce counts once. */
function signed(
  ports: GuardPorts,
  signer: GuardPorts['signer'],
  digest: string,
  at: number,
): SignedAction | undefined {
  if (signer === undefined) return undefined;
  const nonce = createUlid(ports.clock, ports.random);
  return signAction({ digest, nonce, audience: ports.node, at }, signer);
}
