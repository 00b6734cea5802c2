/** Moves sealed bodies from the database to a bucket: first put, then let go of, so that at every moment one of the two holds each. */
import type { ObjectStore } from '../../publish/index.ts';
import { putOnce } from '../../publish/index.ts';
import type { SqlConnection, SqlDatabase } from '../sql-database.ts';
import type { Statements } from '../stored/index.ts';
import { unavailable } from '../server-faults.ts';
import { bodyName } from './body-bucket.ts';

/** Bodies moved together: few, because each may have megabytes. */
const PAGE_BODIES = 32;

/** What a mover works with. */
export interface BodyMoverOptions {
  readonly database: SqlDatabase;
  readonly statements: Statements;
  readonly store: ObjectStore;
}

/** One mover a process; any number of them on one log. */
export class BodyMover {
  readonly #options: BodyMoverOptions;
  /** Everything before it was moved, by this process or another. */
  #from = 0;

  constructor(options: BodyMoverOptions) {
    this.#options = options;
  }

  /** Moves what is in the database. Throws `log.unavailable`, and `log.corrupt` where another body lies under the same name: then that one stays in the database. */
  async move(): Promise<void> {
    const connection = await this.#options.database.connect().catch((cause: unknown) => {
      throw unavailable(cause, 'bodies could not be moved');
    });
    try {
      while (await this.#movePage(connection));
    } catch (cause) {
      throw unavailable(cause, 'bodies could not be moved');
    } finally {
      await connection.close();
    }
  }

  async #movePage(connection: SqlConnection): Promise<boolean> {
    const { statements, store } = this.#options;
    const { rows } = await connection.query(statements.heldBodies, [this.#from, PAGE_BODIES]);
    if (rows.length === 0) return false;
    const indexes = rows.map((row) => Number(row['seq']));
    await Promise.all(
      rows.map((row) => putOnce(store, bodyName(Number(row['seq'])), row['ciphertext'] as Uint8Array, 'new')),
    );
    // Of those whose key is gone nobody needs the rest any more: they were erased meanwhile.
    const released = (await connection.query(statements.releaseBodies, [indexes])).rows;
    const kept = new Set(released.map((row) => Number(row['seq'])));
    for (const index of indexes) if (!kept.has(index)) await store.remove(bodyName(index));
    this.#from = (indexes.at(-1) ?? 0) + 1;
    return true;
  }
}
