/** Which legal holds keep a body. */
import { isJsonObject } from '../../kernel/index.ts';
import { type ErasedBody, keeps, type LegalHold } from '../../model/index.ts';
import type { RecordsLog } from '../records-log.ts';

/** What holds ask of a body. */
export type KeptBody = Pick<ErasedBody, 'index' | 'time' | 'tags' | 'session'>;

/** Ids of the holds that keep `body`; one that cannot be understood keeps everything. */
export function holdsOn({ state }: Pick<RecordsLog, 'state'>, body: KeptBody): readonly string[] {
  return state
    .records('legal_holds')
    .filter(({ value }) => !isJsonObject(value) || keeps(value as unknown as LegalHold, body))
    .map(({ key }) => key);
}
