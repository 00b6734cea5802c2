/** Objects of a control plane as people read them. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';
import { instant, print, printTable, styled, visible } from '../../terminal/index.ts';

/** Names of fields that hold instants. */
const INSTANTS = /^(?:at|created|expires|last[A-Z].*|.*At|reviewBy|since|until)$/;
/** Words that stand out in a list. */
const COLOURS: Readonly<Record<string, 'green' | 'yellow' | 'red'>> = {
  active: 'green',
  invited: 'yellow',
  stale: 'yellow',
  suspended: 'red',
  removed: 'red',
};

/** A list as a table, or that it is empty. */
export function showList(items: readonly JsonObject[], columns: readonly string[], noun: string): void {
  if (items.length === 0) {
    print(`no ${noun}`);
    return;
  }
  // A field that this version of the server does not tell has no column.
  const shown = columns.filter((name) => items.some((item) => fieldOf(item, name) !== undefined));
  const names = shown.map((name) => name.slice(name.lastIndexOf('.') + 1));
  printTable([
    names,
    ...items.map((item) => shown.map((name, at) => cell(names[at] ?? '', fieldOf(item, name)))),
  ]);
}

function fieldOf(item: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = item;
  for (const name of path.split('.')) value = isJsonObject(value) ? ownProperty(value, name) : undefined;
  return value;
}

/** One object, a field to a line. */
export function showObject(object: JsonObject): void {
  const width = Math.max(...Object.keys(object).map((name) => name.length));
  for (const [name, value] of Object.entries(object)) {
    const text = cell(name, value);
    const colour = COLOURS[text];
    print(`${name.padEnd(width)}  ${colour === undefined ? text : styled(colour, text)}`);
  }
}

function cell(name: string, value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '-';
  if (typeof value === 'number' && INSTANTS.test(name) && value > 1e12) return instant(value);
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return visible(value.join(', ')) || '-';
  return visible(typeof value === 'string' ? value : JSON.stringify(value));
}
