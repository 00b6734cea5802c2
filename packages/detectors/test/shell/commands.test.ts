/** The conformance vectors of shell texts. */
import { readFileSync } from 'node:fs';
import { analyseShell, UNRESOLVED } from '@writ/detectors/shell';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const FOLDER = new URL('../../../../conformance/shell/', import.meta.url);

interface Found {
  readonly programs: readonly string[];
  readonly files: readonly string[];
  readonly hosts: readonly string[];
  readonly unresolved: readonly string[];
}
interface VectorFile {
  readonly cwd: string;
  readonly workspace: string;
  readonly home: string;
  readonly vectors: readonly ({ readonly group: string; readonly name: string; readonly text: string } & (
    | Found
    | { readonly refused: string }
  ))[];
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
}

const file = readJson('commands.json') as VectorFile;

function answerOf(text: string): Found | { readonly refused: string } {
  const facts = analyseShell(text, file);
  if ('refused' in facts) return { refused: facts.refused };
  const sorted = (items: readonly string[]): readonly string[] => [...new Set(items)].sort();
  return {
    programs: sorted(facts.commands.map(({ program }) => program)),
    files: sorted(facts.files.map(({ access, path }) => `${access} ${path}`)),
    hosts: sorted(
      facts.hosts.map(
        ({ scheme, host, port }) =>
          `${scheme === undefined ? '' : `${scheme}://`}${host}${port === undefined ? '' : `:${port}`}`,
      ),
    ),
    unresolved: facts.unresolved,
  };
}

describe('the vectors of shell texts', () => {
  test('have the shape that their schema states, and a name each', () => {
    const schema = z.fromJSONSchema(
      readJson('commands.schema.json') as Parameters<typeof z.fromJSONSchema>[0],
    );
    expect(schema.safeParse(file).error).toBeUndefined();
    expect(schema.safeParse({ ...file, unknown: 1 }).success).toBe(false);
    expect(new Set(file.vectors.map(({ name }) => name)).size).toBe(file.vectors.length);
    expect(file.vectors.length).toBeGreaterThanOrEqual(250);
  });

  test('show every code but those that need a history of calls', () => {
    const shown = new Set(
      file.vectors.flatMap((vector) => ('unresolved' in vector ? vector.unresolved : [])),
    );
    const missing = Object.keys(UNRESOLVED).filter((code) => !shown.has(code));
    expect(missing).toStrictEqual([]);
  });
});

describe('a shell text', () => {
  test.each(file.vectors)(
    'does what it is found to do: $group, $name',
    ({ group: _group, name: _name, text, ...expected }) => {
      expect(answerOf(text)).toStrictEqual(expected);
    },
  );
});
