/** Places of the words in state rows that are encrypted: table, column and key, which each ciphertext is bound to. */
import type { JsonValue } from '../../kernel/index.ts';

/** The reason of a kill. */
export function killPlace(scope: string, id: string): readonly JsonValue[] {
  return ['kills', 'reason', scope.toWellFormed(), id.toWellFormed()];
}

/** Who asked for a held decision. */
export function holdPlace(index: number): readonly JsonValue[] {
  return ['holds', 'requesters', index];
}

/** Who answered a hold, and how. */
export function answerPlace(hold: number, keyId: string): readonly JsonValue[] {
  return ['answers', 'details', hold, keyId.toWellFormed()];
}

/** What a record says. */
export function recordPlace(collection: string, key: string): readonly JsonValue[] {
  return ['records', 'value', collection, key];
}
