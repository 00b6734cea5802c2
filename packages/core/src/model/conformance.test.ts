import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { canonicalJson, isFault, type JsonValue, parseStrictJson } from '../kernel/index.ts';
import { sha256Hex } from '../kernel/crypto/index.ts';
import {
  actionDigest,
  isPermitting,
  parseActionRequest,
  strongestVerdict,
  type Verdict,
  VERDICTS,
} from './index.ts';

const FOLDER = new URL('../../../../conformance/', import.meta.url);
const FILES = ['action-digest', 'canonical-json', 'strict-json', 'verdict-order'];

/** Schemas and vectors are themselves strict JSON. */
function readJson(path: string): unknown {
  return parseStrictJson(readFileSync(new URL(path, FOLDER), 'utf8'), { maxDepth: 256 });
}

interface VectorFile<Vector> {
  readonly vectors: readonly Vector[];
}
type Refusal = {
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
};

/** What `run` gives, or the fault in which it ends. */
function answerOf<Answer>(run: () => Answer): { readonly given: Answer } | { readonly fault: object } {
  try {
    return { given: run() };
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown;
    return { fault: { code: thrown.code, ...thrown.data } };
  }
}

function double(bits: string): number {
  return new DataView(Uint8Array.from(Buffer.from(bits, 'hex')).buffer).getFloat64(0);
}

describe('the conformance vectors', () => {
  test('are these files, each with a schema', () => {
    const json = (folder: string): string[] =>
      readdirSync(new URL(folder, FOLDER)).filter((name) => name.endsWith('.json'));
    expect(json('.').sort()).toStrictEqual(FILES.map((name) => `${name}.json`));
    expect(json('schema').sort()).toStrictEqual(FILES.map((name) => `${name}.schema.json`));
  });

  test.each(FILES)('of %s have the shape that their schema states, and a name each', (name) => {
    const schema = z.fromJSONSchema(
      readJson(`schema/${name}.schema.json`) as Parameters<typeof z.fromJSONSchema>[0],
    );
    const file = readJson(`${name}.json`) as VectorFile<{ readonly name?: string }>;
    expect(schema.safeParse(file).error).toBeUndefined();
    const names = file.vectors.flatMap((vector) => vector.name ?? []);
    expect(new Set(names).size).toBe(names.length);
    expect(schema.safeParse({ ...file, vectors: [{ ...file.vectors[0], unknown: 1 }] }).success).toBe(false);
  });
});

describe('strict JSON', () => {
  const { vectors } = readJson('strict-json.json') as VectorFile<
    { readonly name: string; readonly input: string } & (
      | { readonly value: JsonValue }
      | { readonly refused: Refusal }
    )
  >;

  test.each(vectors)('$name', (vector) => {
    const answer = answerOf(() => canonicalJson(parseStrictJson(vector.input)));
    if ('refused' in vector) expect(answer).toMatchObject({ fault: vector.refused });
    else expect(answer).toStrictEqual({ given: canonicalJson(vector.value) });
  });
});

describe('canonical JSON', () => {
  const { vectors } = readJson('canonical-json.json') as VectorFile<
    { readonly name: string } & ({ readonly input: string } | { readonly ieee754: string }) &
      ({ readonly canonical: string } | { readonly refused: string })
  >;

  test.each(vectors)('$name', (vector) => {
    const value = 'input' in vector ? parseStrictJson(vector.input) : double(vector.ieee754);
    const answer = answerOf(() => canonicalJson(value));
    if ('refused' in vector) expect(answer).toStrictEqual({ fault: { code: vector.refused } });
    else expect(answer).toStrictEqual({ given: vector.canonical });
  });
});

describe('the digest of an action', () => {
  const { vectors } = readJson('action-digest.json') as VectorFile<{
    readonly name: string;
    readonly request: unknown;
    readonly preimage: string;
    readonly digest: string;
  }>;

  test.each(vectors)('$name', ({ request, preimage, digest }) => {
    const read = parseActionRequest(request);
    expect(sha256Hex(preimage)).toBe(digest);
    expect(actionDigest(read)).toBe(digest);
    expect(read.requestedDigest).toBe(digest);
  });
});

describe('the order of verdicts', () => {
  const file = readJson('verdict-order.json') as VectorFile<{
    readonly verdicts: readonly Verdict[];
    readonly strongest: Verdict;
  }> & { readonly order: readonly Verdict[]; readonly permitting: readonly Verdict[] };

  test('is the stated one', () => {
    expect(VERDICTS).toStrictEqual(file.order);
    expect(VERDICTS.filter(isPermitting)).toStrictEqual(file.permitting);
  });

  test.each(file.vectors)('$verdicts give $strongest', ({ verdicts, strongest }) => {
    expect(strongestVerdict(verdicts)).toBe(strongest);
  });
});
