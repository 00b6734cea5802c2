/** Which legal holds keep a body. */
import { keeps, type KeptBody } from '../../model/index.ts';
import type { RecordsLog } from '../records-log.ts';

/** Ids of the holds that keep `body`; one that cannot be understood keeps everything. */
export function holdsOn({ state }: Pick<RecordsLog, 'state'>, body: KeptBody): readonly string[] {
  return state
    .records('legal_holds')
    .filter(({ value }) => keeps(value, body))
    .map(({ key }) => key);
}
