/** Step 3 of the line: who acts, for whom, and what vouches for it. */
import { Fault } from '../kernel/index.ts';
import type { AgentIdentity, Authentication, Person, Subject } from '../model/index.ts';
import {
  type ExpectedAction,
  nonceKey,
  type SignedAction,
  verifyActionSignature,
} from './action-signature.ts';

/** Longest id, in UTF-16 units (model). */
const MAX_ID_LENGTH = 256;
/** Longest delegation chain (model). */
const MAX_CHAIN = 16;

/** What is known about an action's author. */
export interface AuthenticationInput {
  readonly agent: AgentIdentity;
  readonly person?: Person;
  readonly chain?: readonly AgentIdentity[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What a face found out about its caller; absent: the operator configured the agent. */
  readonly authentication?: Authentication;
  /** Set where the agent has a key: then nothing but its valid signature will do. */
  readonly key?: {
    readonly expected: Omit<ExpectedAction, 'now'>;
    /** Absent where the agent sent none. */
    readonly signed?: SignedAction;
  };
}

/** An authenticated subject, and the keys that its proof uses up. */
export interface Authenticated {
  readonly subject: Subject;
  /** For `EntryDraft.consumes`; empty where nothing was signed. */
  readonly consumes: readonly string[];
}

/** The subject of a configured agent, before any signature. Throws `identity.unauthenticated` and `identity.delegation` for unusable names. */
export function configuredSubject(input: Omit<AuthenticationInput, 'key'>): Subject {
  const chain = input.chain ?? [];
  requireId(input.agent.id, 'agent');
  if (input.person !== undefined) requireId(input.person.id, 'person');
  if (chain.length > MAX_CHAIN) {
    throw new Fault(
      'identity.delegation',
      `the delegation chain has ${chain.length} agents, at most ${MAX_CHAIN} are accepted`,
    );
  }
  for (const delegator of chain) requireId(delegator.id, 'delegating agent');
  return {
    agent: input.agent,
    ...(input.person === undefined ? {} : { person: input.person }),
    chain,
    authentication: input.authentication ?? {
      method: 'configured',
      assurance: 1,
      credentialId: 'configuration',
      at: input.now,
    },
  };
}

/**
 * The subject of an action. An agent with a key is authenticated by its signature (assurance 2) or not at all; one without is taken as
 * the operator configured it (assurance 1), and the record says so.
 *
 * Throws `identity.unauthenticated` where a needed signature is missing, and as {@link configuredSubject} and {@link verifyActionSignature} do.
 */
export function authenticate(input: AuthenticationInput): Authenticated {
  const subject = configuredSubject(input);
  if (input.key === undefined) return { subject, consumes: [] };
  const { signed, expected } = input.key;
  if (signed === undefined) {
    throw new Fault('identity.unauthenticated', `the agent \`${input.agent.id}\` has a key and did not sign`);
  }
  verifyActionSignature(signed, { ...expected, now: input.now });
  const authentication: Authentication = {
    method: 'key',
    assurance: 2,
    credentialId: signed.keyId,
    at: signed.at,
  };
  return { subject: { ...subject, authentication }, consumes: [nonceKey(signed)] };
}

function requireId(id: string, what: string): void {
  if (id.length > 0 && id.length <= MAX_ID_LENGTH && id.isWellFormed()) return;
  throw new Fault(
    'identity.unauthenticated',
    `an ${what} needs an id of 1 to ${MAX_ID_LENGTH} well-formed characters`,
  );
}
