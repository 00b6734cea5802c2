/** Events in the Common Event Format, version 0 (ArcSight CEF implementation standard, revision 26). */
import { type JsonObject, type JsonValue, ownProperty } from '@writ/core';
import { leafHashIn, type OcsfEvent } from '../ocsf/index.ts';
import { escapeHeader, escapeValue } from './escape.ts';

/** CEF severity, 0 to 10, by `severity_id`. */
const SEVERITY_OF: Readonly<Record<number, number>> = { 0: 0, 1: 1, 2: 3, 3: 5, 4: 8, 5: 10, 6: 10 };
/** Longest text of a field of the extension, in characters: what most of the dictionary's own fields take. */
const MAX_VALUE = 1_023;

/** `event` as one line, without an end of line. What the dictionary has no name for goes into the custom strings, with their labels. */
export function toCef(event: OcsfEvent): string {
  const product = objectIn(event.metadata, 'product');
  const header = [
    'CEF:0',
    'Writ',
    'Writ',
    escapeHeader(textOf(product['version'])),
    escapeHeader(String(event.type_uid)),
    escapeHeader(event.message),
    String(SEVERITY_OF[event.severity_id] ?? 0),
  ];
  return `${header.join('|')}|${extensionOf(event)}`;
}

function extensionOf(event: OcsfEvent): string {
  const { metadata } = event;
  const api = objectIn(event, 'api');
  const user = objectIn(objectIn(event, 'actor'), 'user');
  const destination = objectIn(event, 'dst_endpoint');
  const fields: readonly (readonly [string, JsonValue | undefined])[] = [
    ['rt', event.time],
    ['externalId', metadata.uid],
    ['cat', event.class_name],
    ['act', ACTIONS[Number(event['action_id'])]],
    ['outcome', OUTCOMES[Number(event['status_id'])] ?? event['status']],
    ['reason', event['status_code']],
    ['requestMethod', ownProperty(api, 'operation')],
    ['suid', ownProperty(user, 'uid')],
    ['dhost', ownProperty(destination, 'hostname')],
    ['dpt', ownProperty(destination, 'port')],
    ['dvchost', ownProperty(objectIn(metadata, 'reporter'), 'uid')],
    ['cnt', event['count']],
    ['cs1Label', 'correlation'],
    ['cs1', metadata.correlation_uid],
    ['cs2Label', 'leafHash'],
    ['cs2', leafHashIn(event)],
    ['cs3Label', 'agent'],
    ['cs3', ownProperty(objectIn(event, 'ai_agent'), 'uid')],
    ['cs4Label', 'activity'],
    ['cs4', event.activity_name],
  ];
  return fields
    .filter(
      ([name, value], at) => isShown(value) && (!name.endsWith('Label') || isShown(fields[at + 1]?.[1])),
    )
    .map(([name, value]) => `${name}=${escapeValue(textOf(value).slice(0, MAX_VALUE).toWellFormed())}`)
    .join(' ');
}

/** `action_id` as a word. */
const ACTIONS: Readonly<Record<number, string>> = {
  1: 'allowed',
  2: 'denied',
  3: 'observed',
  4: 'modified',
  99: 'other',
};
/** `status_id` of activities as a word; findings have words of their own, which are not outcomes. */
const OUTCOMES: Readonly<Record<number, string>> = { 1: 'success', 2: 'failure' };

function isShown(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

function objectIn(object: JsonObject, name: string): JsonObject {
  const value = ownProperty(object, name);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
