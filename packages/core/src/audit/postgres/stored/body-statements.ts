/** What is said to the server about bodies that move, are erased, or are sealed again. */

/** Statements over the bodies of one schema. */
export interface BodyStatements {
  readonly heldBodies: string;
  readonly intendObjects: string;
  readonly releaseBodies: string;
  readonly looseObjects: string;
  readonly dropLooseObjects: string;
  readonly presentBodies: string;
  readonly eraseBodies: string;
}

/** INVARIANT: whoever changes bodies locks their rows in rising order, so that no two of them wait for each other. */
export function bodyStatements(schema: string): BodyStatements {
  return {
    heldBodies: `SELECT seq, ciphertext FROM ${schema}.bodies WHERE seq >= $1 AND wrapped IS NOT NULL AND ciphertext IS NOT NULL AND NOT resealed ORDER BY seq LIMIT $2`,
    intendObjects: `INSERT INTO ${schema}.loose_objects SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING`,
    // Answers every one of them that is neither erased nor sealed again, also those that another process let go of.
    releaseBodies: `WITH kept AS (
  SELECT seq FROM ${schema}.bodies WHERE seq = ANY($1::bigint[]) AND wrapped IS NOT NULL AND NOT resealed ORDER BY seq FOR UPDATE
),
released AS (UPDATE ${schema}.bodies SET ciphertext = NULL WHERE seq IN (SELECT seq FROM kept)),
led_to AS (DELETE FROM ${schema}.loose_objects WHERE seq IN (SELECT seq FROM kept))
SELECT seq FROM kept`,
    looseObjects: `SELECT l.seq FROM ${schema}.loose_objects AS l JOIN ${schema}.bodies AS b USING (seq) WHERE b.wrapped IS NULL OR b.resealed ORDER BY l.seq LIMIT $1`,
    dropLooseObjects: `DELETE FROM ${schema}.loose_objects WHERE seq = ANY($1::bigint[])`,
    presentBodies: `SELECT seq, wrapped FROM ${schema}.bodies WHERE seq = ANY($1::bigint[]) AND wrapped IS NOT NULL ORDER BY seq FOR UPDATE`,
    eraseBodies: eraseStatement(schema),
  };
}

/**
 * Bodies destroyed ($1) or replaced ($2 to $8), the index of people without them ($9, $10), and no word of the state as it was before ($11): who is behind reads it whole.
 * Of a body that was moved the object is named, so that whoever can reach the bucket removes it.
 */
function eraseStatement(schema: string): string {
  return `WITH
loose AS (
  INSERT INTO ${schema}.loose_objects
  SELECT seq FROM ${schema}.bodies WHERE seq = ANY($1::bigint[] || $2::bigint[]) AND wrapped IS NOT NULL AND ciphertext IS NULL
  ON CONFLICT DO NOTHING
),
destroyed AS (
  UPDATE ${schema}.bodies SET key_id = '', wrapped = NULL, ciphertext = NULL, resealed = false
  WHERE seq = ANY($1::bigint[]) AND wrapped IS NOT NULL RETURNING seq
),
replaced AS (
  UPDATE ${schema}.bodies AS b
  SET key_id = t.key_id, wrapped = substring($4::bytea FROM ws FOR wl), ciphertext = substring($4::bytea FROM cs FOR cl), resealed = true
  FROM unnest($2::bigint[], $3::text[], $5::int[], $6::int[], $7::int[], $8::int[]) AS t(seq, key_id, ws, wl, cs, cl)
  WHERE b.seq = t.seq AND b.wrapped IS NOT NULL RETURNING b.seq
),
dropped AS (
  DELETE FROM ${schema}.concerns AS c
  USING (SELECT substring($9::bytea FROM (i - 1)::int * 32 + 1 FOR 32) AS tag, seq FROM unnest($10::bigint[]) WITH ORDINALITY AS u(seq, i)) AS t
  WHERE c.tag = t.tag AND c.seq = t.seq
),
forgotten AS (DELETE FROM ${schema}.changes WHERE size <= $11::bigint)
SELECT (SELECT count(*) FROM destroyed) + (SELECT count(*) FROM replaced) AS changed`;
}
