/** Who takes part in an event: the agent, the person it acts for, and the node that saw it. */
import type { DecisionRecord, Initiator, JsonObject } from '@writ/core';
import type { Frame } from './event.ts';

/** `ai_role_id` of who started an action: 1 User, 3 Tool, 4 Agent. */
const ROLES: Readonly<Record<Initiator, number>> = { agent: 4, server: 3, operator: 1 };

/** What vouched for the agent, as `auth_protocol_id` and its own word. */
type Authentication = DecisionRecord['authentication'];

/** Who acts. Without disclosure no more than what kind of party it is. */
export function actorOf({ opened }: Frame, initiator: Initiator): JsonObject {
  const { agent, person, session, hasMfa } = opened;
  return {
    app_name: agent ?? initiator,
    ...(agent === undefined ? {} : { app_uid: agent }),
    ...(person === undefined ? {} : { user: personOf(person, hasMfa) }),
    ...(session === undefined ? {} : { session: { uid: session } }),
  };
}

/** A person, by id. */
export function personOf(id: string, hasMfa?: boolean): JsonObject {
  return { uid: id, type_id: 1, ...(hasMfa === undefined ? {} : { has_mfa: hasMfa }) };
}

/** The node that intercepted the action: the only end of it that stands in the clear. */
export function nodeEndpoint({ recorded }: Frame): JsonObject {
  return { uid: recorded.entry.producer.id, svc_name: 'Writ' };
}

/** The same node as a device; what kind of machine it is, is not recorded. */
export function nodeDevice({ recorded }: Frame): JsonObject {
  return { uid: recorded.entry.producer.id, type_id: 0 };
}

/** Attributes of the profile `ai_operation`. The agent is named where it was disclosed. */
export function aiOperation({ opened, recorded }: Frame, initiator: Initiator): JsonObject {
  const { agent } = opened;
  return {
    message_context: {
      ai_role_id: ROLES[initiator],
      service: { name: 'Writ', uid: recorded.entry.producer.id },
    },
    ...(agent === undefined ? {} : { ai_agent: { uid: agent, type_id: 0 } }),
  };
}

/** How the agent was authenticated, in words for which the schema has no place. */
export function authenticationOf({ method, assurance }: Authentication): JsonObject {
  return { authentication: { method, assurance } };
}
