/** One transaction over the tables of leases. */
import type { LeaseTransaction, Lent } from '@writ/core';
import type { SqlConnection, SqlRow, SqlValue } from '@writ/core/postgres';

/** The transaction that is open on `connection`, at `now`; `newId` makes ids that no other lease had. */
export function leaseTransaction(
  connection: SqlConnection,
  schema: string,
  now: number,
  newId: () => string,
): LeaseTransaction {
  const run = async (text: string, values: readonly SqlValue[] = []): Promise<readonly SqlRow[]> =>
    (await connection.query(text.replaceAll('$schema', schema), values)).rows;
  const count = async (table: string): Promise<number> =>
    Number((await run(`SELECT count(*) AS count FROM $schema.${table}`))[0]?.['count']);
  return {
    now,
    async use(key) {
      const [row] = await run('SELECT used, at FROM $schema.uses WHERE key = $1', [key]);
      return row === undefined ? undefined : { used: Number(row['used']), at: Number(row['at']) };
    },
    async putUse(key, stored) {
      if (stored === undefined) await run('DELETE FROM $schema.uses WHERE key = $1', [key]);
      else
        await run(
          'INSERT INTO $schema.uses (key, used, at, ends) VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO UPDATE SET used = $2, at = $3, ends = $4',
          [key, stored.use.used, stored.use.at, stored.ends],
        );
    },
    countUses: () => count('uses'),
    async dropEndedUses() {
      await run('DELETE FROM $schema.uses WHERE ends <= $1', [now]);
    },
    async addLease({ key, account, amount, at, over }) {
      const id = newId();
      await run(
        'INSERT INTO $schema.leases (id, key, account, amount, at, over) VALUES ($1, $2, $3, $4, $5, $6)',
        [id, key, JSON.stringify(account), amount, at, over],
      );
      return id;
    },
    countLeases: () => count('leases'),
    async removeLease(id) {
      const [row] = await run('DELETE FROM $schema.leases WHERE id = $1 RETURNING *', [id]);
      return row === undefined ? undefined : lentOf(row);
    },
    async removeOver() {
      return (await run('DELETE FROM $schema.leases WHERE over <= $1 RETURNING *', [now])).map(lentOf);
    },
  };
}

/** A row as it was written. */
function lentOf(row: SqlRow): Lent {
  return {
    key: String(row['key']),
    account: JSON.parse(String(row['account'])) as Lent['account'],
    amount: Number(row['amount']),
    at: Number(row['at']),
    over: Number(row['over']),
  };
}
