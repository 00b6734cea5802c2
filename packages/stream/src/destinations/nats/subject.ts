/** The subject of an event. */
import type { OutgoingEvent } from '../../destination.ts';

/** What may stand in one token of a subject; `.`, `*`, `>`, spaces and anything that is not plain may not. */
const NOT_IN_TOKEN = /[^A-Za-z0-9_-]/g;
const PLACE = /\{(tenant|producer|kind)\}/g;
/** `template` with the tenant, the producer and the kind of the entry of `event`; one token each. */
export function subjectOf(template: string, event: OutgoingEvent): string {
  const { recorded } = event;
  const values: Readonly<Record<string, string>> =
    'entry' in recorded
      ? { tenant: recorded.entry.tenant, producer: event.producer, kind: recorded.entry.kind }
      : { tenant: '', producer: event.producer, kind: recorded.kind ?? '' };
  return template.replaceAll(PLACE, (_all, name: string) => {
    const token = (values[name] ?? '').replaceAll(NOT_IN_TOKEN, '_');
    return token === '' ? '_' : token;
  });
}
