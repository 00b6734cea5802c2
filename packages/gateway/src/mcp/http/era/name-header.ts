/** Which member of a method's parameters the header `Mcp-Name` repeats. */
import { type JsonObject, ownProperty } from '@writ/core';

/** MCP 2026-07-28, "Standard request headers"; the tasks rows are of the tasks extension. */
const NAME_SOURCES: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

/** The member and what it says; `undefined` for a method without the header, or without a text in that place. */
export function nameSource(
  method: string,
  params: JsonObject | undefined,
): { readonly member: string; readonly value: string } | undefined {
  const member = Object.hasOwn(NAME_SOURCES, method) ? NAME_SOURCES[method] : undefined;
  if (member === undefined || params === undefined) return undefined;
  const value = ownProperty(params, member);
  return typeof value === 'string' ? { member, value } : undefined;
}
