/** Receipts as the pages of the log ask for them. */
import { answered, api, type operations } from '../../api/index.ts';
import { instantOf } from '../../receipts/index.ts';
import type { Search } from '../../router/index.ts';
import { createPagedRows, type PagedRows, type RowPage } from './paged-rows.ts';

/** As the API lists them. */
export type Receipt =
  operations['listReceipts']['responses'][200]['content']['application/json']['items'][number];
export type ReceiptDetail = operations['getReceipt']['responses'][200]['content']['application/json'];
export type ReceiptProof = operations['getReceiptProof']['responses'][200]['content']['application/json'];
type Asked = NonNullable<operations['listReceipts']['parameters']['query']>;

/** Rows of the first answer, which somebody waits for, and of one that follows: the most that there are. */
const FIRST_ROWS = 60;
const PAGE_ROWS = 200;
const TEXTS = ['agent', 'tool', 'policy', 'session', 'person', 'node', 'verdict', 'kind'] as const;

/** Words of the address that find receipts, as the API takes them. Instants stand as ISO 8601, in UTC. */
export function askedOf(search: Search): Asked {
  const texts = TEXTS.flatMap((name) => {
    const value = search[name];
    return value === undefined ? [] : [[name, value]];
  });
  const instants = (['from', 'to'] as const).flatMap((name) => {
    const at = instantOf(search[name]);
    return at === undefined ? [] : [[name, at]];
  });
  return Object.fromEntries([...texts, ...instants]) as Asked;
}

/** Pages of what `search` asks for; `first`: rows of the first of them. */
export function receiptPages(
  search: Search,
  first: number = PAGE_ROWS,
): (cursor: string | undefined, signal: AbortSignal) => Promise<RowPage<Receipt>> {
  const asked = askedOf(search);
  return (cursor, signal) => {
    const query = cursor === undefined ? { ...asked, limit: first } : { ...asked, limit: PAGE_ROWS, cursor };
    return answered(api.GET('/v1/receipts', { params: { query }, signal }));
  };
}

/** The list that `search` asks for. */
export function receiptsOf(search: Search): PagedRows<Receipt> {
  return createPagedRows<Receipt>({ load: receiptPages(search, FIRST_ROWS) });
}

/** What somebody is told of an entry in a list, where it has no verdict. */
export function whatOf({ kind, outcome }: Pick<Receipt, 'kind' | 'outcome'>): string {
  return (kind === 'outcome' ? (outcome ?? kind) : kind).replaceAll('_', ' ');
}
