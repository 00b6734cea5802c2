/** An action in the attributes of its class: who did what, through which node, and where to. */
import type { DecisionRecord, JsonObject, JsonValue } from '@writ/core';
import type { Frame } from './event.ts';
import { isOfNetwork } from './methods.ts';
import { actorOf, aiOperation, nodeDevice, nodeEndpoint } from './parties.ts';

const OUTBOUND = 2;
/** `role_id` of what an action is done to. */
const TARGET = 1;
const MAX_PORT = 65_535;

/** Attributes, and the profiles they come from. */
export interface ActionAttributes {
  readonly profiles: readonly string[];
  readonly attributes: JsonObject;
}

/** The action that `decision` is about. What it is done to, and with what, only where that was disclosed. */
export function actionOf(
  frame: Frame,
  decision: Pick<DecisionRecord, 'method' | 'initiator'>,
): ActionAttributes {
  const { initiator, method } = decision;
  const common = {
    ...aiOperation(frame, initiator),
    actor: actorOf(frame, initiator),
    src_endpoint: nodeEndpoint(frame),
  };
  if (isOfNetwork(method))
    return {
      profiles: ['ai_operation', 'security_control', 'host'],
      attributes: { ...common, ...connectionOf(frame) },
    };
  const { parts = [], arguments: given } = frame.opened;
  return {
    profiles: ['ai_operation', 'security_control'],
    attributes: {
      ...common,
      api: {
        operation: method,
        service: { name: 'Writ' },
        request: { uid: frame.recorded.entry.id, ...(given === undefined ? {} : { data: given }) },
      },
      ...(parts.length === 0
        ? {}
        : { resources: parts.map(({ type, id }) => ({ type, uid: id, role_id: TARGET })) }),
    },
  };
}

/** A connection from this node, with the profile `host`; its end where that was disclosed. */
export function connectionOf(frame: Frame): JsonObject {
  const host = frame.opened.parts?.find(({ type }) => type === 'host');
  const port: JsonValue | undefined = host?.details['port'];
  return {
    device: nodeDevice(frame),
    connection_info: { direction_id: OUTBOUND },
    ...(host === undefined ? {} : { dst_endpoint: { hostname: host.id, ...(isPort(port) ? { port } : {}) } }),
  };
}

function isPort(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_PORT;
}
