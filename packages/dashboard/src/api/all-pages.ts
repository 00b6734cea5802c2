/** A list that is small by its nature, whole: people, teams, agents, nodes. */

/** Most pages that are asked for; what is beyond is not shown, and lists say so. */
const MOST_PAGES = 10;
/** Items of one page: the most that the API gives. */
export const PAGE_ITEMS = 200;

/** What a list answers. */
interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly next?: string | undefined;
}

/** Every item, page after page. */
export async function allPages<Item>(
  ask: (query: { readonly limit: number; readonly cursor?: string }) => Promise<ListPage<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each page is named by the one before
    const came = await ask({ limit: PAGE_ITEMS, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...came.items);
    cursor = came.next;
    if (cursor === undefined) break;
  }
  return items;
}
