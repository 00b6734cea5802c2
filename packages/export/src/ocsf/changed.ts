/** A change of an entity, as Entity Management. */
import type { JsonObject } from '@writ/core';
import { ENTITY_MANAGEMENT } from './classes.ts';
import type { EventSeverity, Frame, Said } from './event.ts';
import { nodeEndpoint } from './parties.ts';

const SUCCESS = 1;

/** An entity of a type that the schema has no number for. */
export function other(type: string, uid: string): JsonObject {
  return { type_id: 99, type, uid };
}

/** `activity`: of the class, or a word where it has none. */
export function changed(
  frame: Frame,
  activity: number | string,
  severity: EventSeverity,
  message: string,
  { entity, unmapped }: { readonly entity: JsonObject; readonly unmapped: JsonObject },
): Said {
  return {
    of: ENTITY_MANAGEMENT,
    activity,
    severity,
    message,
    status: SUCCESS,
    more: { actor: { app_name: 'Writ' }, src_endpoint: nodeEndpoint(frame), entity },
    unmapped,
  };
}
