import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import { corpusPath } from '../../testing/index.ts';
import { byteTreeHasher, verifyConsistency, verifyInclusion } from './index.ts';

const hasher = byteTreeHasher(sha256);
const folder = corpusPath('merkle/testdata');

interface InclusionVector {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

interface ConsistencyVector {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

/**
 * The corpus accepts two equal trees of size 1 whose roots are the same 12 bytes, because no hash is computed there.
 * Here it is refused: no SHA-256 tree has such a root, and a verifier that lets one pass has believed a value it never checked.
 */
const REFUSED_HERE = 'additional/sizes-are-equal-one-and-proof-is-empty.json';

function vectors<Vector>(kind: string): readonly (readonly [string, Vector])[] {
  if (folder === undefined) return [];
  const base = join(folder, kind);
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => [name, JSON.parse(readFileSync(join(base, name), 'utf8')) as Vector] as const);
}

describe.runIf(folder !== undefined)('the public vectors of RFC 6962 trees', () => {
  const inclusion = vectors<InclusionVector>('inclusion');
  const consistency = vectors<ConsistencyVector>('consistency');

  test('are all there', () => {
    expect([inclusion.length, consistency.length]).toEqual([98, 98]);
  });

  test.each(inclusion)('inclusion %s', (_name, vector) => {
    const claim = {
      index: vector.leafIdx,
      size: vector.treeSize,
      leaf: fromBase64(vector.leafHash),
      proof: (vector.proof ?? []).map(fromBase64),
    };
    expect(verifyInclusion(hasher, claim, fromBase64(vector.root))).toBe(!vector.wantErr);
  });

  test.each(consistency)('consistency %s', (name, vector) => {
    const claim = {
      olderSize: vector.size1,
      olderRoot: fromBase64(vector.root1),
      newerSize: vector.size2,
      newerRoot: fromBase64(vector.root2),
      proof: (vector.proof ?? []).map(fromBase64),
    };
    expect(verifyConsistency(hasher, claim)).toBe(!vector.wantErr && name !== REFUSED_HERE);
  });
});
