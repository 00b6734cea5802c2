/** The requirements as data: clauses of standards, what Writ does about each, and the tests that show it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, type JsonValue, parseStrictJson } from '@writ/core';

/** One clause that holds. */
export interface Row {
  /** Id of the clause: `writ-defect-26`, `AARM-1.0-R4`, `RFC-9162-2.1.1`. */
  readonly clause: string;
  /** What Writ does, in one sentence. */
  readonly behaviour: string;
  /** `path/to/file.test.ts > part of the name of a test`, and ` | first cell` for one row of a table; at least one. */
  readonly tests: readonly string[];
}

/** One clause that does not hold yet, or that no test shows. */
export interface Owed {
  readonly clause: string;
  /** What must come first. */
  readonly waits: string;
}

/** Everything that the files of a folder say. */
export interface Manifest {
  readonly rows: readonly Row[];
  readonly owed: readonly Owed[];
}

/** Reads the manifest of `folder`: every `.json` file in it. Throws an error naming the file for whatever has another shape. */
export function readManifest(folder: string): Manifest {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const parts = files.sort().map((name) => parseManifest(readFileSync(join(folder, name), 'utf8'), name));
  return { rows: parts.flatMap(({ rows }) => rows), owed: parts.flatMap(({ owed }) => owed) };
}

/** The manifest in `text`; `file` names it in errors. Unknown, missing and empty fields are refused. */
export function parseManifest(text: string, file: string): Manifest {
  const root = objectOf(parseStrictJson(text), file, ['standard', 'rows', 'owed']);
  textOf(root, 'standard', file);
  return {
    rows: listOf(root['rows'], `${file}: rows`).map((item, at) => {
      const place = `${file}: rows[${at}]`;
      const row = objectOf(item, place, ['clause', 'behaviour', 'tests']);
      const tests = listOf(row['tests'], `${place}.tests`).map((test) => {
        if (typeof test !== 'string') throw new Error(`${place}.tests: not a text`);
        return test;
      });
      return { clause: textOf(row, 'clause', place), behaviour: textOf(row, 'behaviour', place), tests };
    }),
    owed: listOf(root['owed'], `${file}: owed`).map((item, at) => {
      const place = `${file}: owed[${at}]`;
      const owed = objectOf(item, place, ['clause', 'waits']);
      return { clause: textOf(owed, 'clause', place), waits: textOf(owed, 'waits', place) };
    }),
  };
}

function objectOf(value: JsonValue | undefined, place: string, fields: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw new Error(`${place}: not an object`);
  for (const key of Object.keys(value)) {
    if (!fields.includes(key)) throw new Error(`${place}: \`${key}\` is not a known field`);
  }
  return value;
}

function listOf(value: JsonValue | undefined, place: string): readonly JsonValue[] {
  if (!Array.isArray(value)) throw new Error(`${place}: not a list`);
  return value as readonly JsonValue[];
}

function textOf(object: JsonObject, key: string, place: string): string {
  const value = object[key];
  if (typeof value !== 'string' || value.trim() === '') throw new Error(`${place}.${key}: not a text`);
  return value;
}
