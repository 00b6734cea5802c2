/** Moves sealed bodies from the database to a bucket: first put, then let go of, so that at every moment one of the two holds each. Removes there what was erased. */
import type { ObjectStore } from '../../publish/index.ts';
import { putOnce } from '../../publish/index.ts';
import type { SqlConnection, SqlDatabase } from '../sql-database.ts';
import type { Statements } from '../stored/index.ts';
import { unavailable } from '../server-faults.ts';
import { isMovingAlone } from '../session-locks.ts';
import { bodyName } from './body-bucket.ts';

/** Bodies moved together: few, because each may have megabytes. */
const PAGE_BODIES = 32;

/** What a mover works with. */
export interface BodyMoverOptions {
  readonly database: SqlDatabase;
  readonly schema: string;
  readonly statements: Statements;
  readonly store: ObjectStore;
}

/** One mover a process; of any number of them on one log one moves at a time. */
export class BodyMover {
  readonly #options: BodyMoverOptions;
  /** Everything before it was moved, by this process or another. */
  #from = 0;

  constructor(options: BodyMoverOptions) {
    this.#options = options;
  }

  /** Moves what is in the database, and removes what was erased from the bucket; does nothing while another process does. Throws `log.unavailable`, and `log.corrupt` where another body lies under the same name: then that one stays in the database. */
  async move(): Promise<void> {
    const connection = await this.#options.database.connect().catch((cause: unknown) => {
      throw unavailable(cause, 'bodies could not be moved');
    });
    try {
      if (!(await isMovingAlone(connection, this.#options.schema))) return;
      while (await this.#removeLoose(connection));
      while (await this.#movePage(connection));
    } catch (cause) {
      throw unavailable(cause, 'bodies could not be moved');
    } finally {
      await connection.close();
    }
  }

  /** Removes objects of bodies that were erased or sealed again. Nobody puts one back: only who is alone puts any. */
  async #removeLoose(connection: SqlConnection): Promise<boolean> {
    const { statements, store } = this.#options;
    const { rows } = await connection.query(statements.looseObjects, [PAGE_BODIES]);
    if (rows.length === 0) return false;
    const indexes = rows.map((row) => Number(row['seq']));
    await Promise.all(indexes.map((index) => store.remove(bodyName(index))));
    await connection.query(statements.dropLooseObjects, [indexes]);
    return true;
  }

  async #movePage(connection: SqlConnection): Promise<boolean> {
    const { statements, store } = this.#options;
    const { rows } = await connection.query(statements.heldBodies, [this.#from, PAGE_BODIES]);
    if (rows.length === 0) return false;
    const indexes = rows.map((row) => Number(row['seq']));
    // Said first, so that an object is found again whatever becomes of this process.
    await connection.query(statements.intendObjects, [indexes]);
    await Promise.all(
      rows.map((row) => putOnce(store, bodyName(Number(row['seq'])), row['ciphertext'] as Uint8Array, 'new')),
    );
    const released = (await connection.query(statements.releaseBodies, [indexes])).rows;
    // Others were erased meanwhile, or sealed again.
    if (released.length < indexes.length) while (await this.#removeLoose(connection));
    this.#from = (indexes.at(-1) ?? 0) + 1;
    return true;
  }
}
