/** Lists everything a server has, page by page. */
import { Fault, isJsonObject, type JsonObject, ownProperty } from '@writ/core';
import { METHOD_NOT_FOUND, type RpcAnswer } from '../rpc/index.ts';

/** Pages read of one list; a server that goes on is broken or hostile. */
const MAX_PAGES = 1_000;
/** Items taken from one list. */
const MAX_ITEMS = 10_000;

/** Asks one page. */
export type AskPage = (params: JsonObject) => Promise<RpcAnswer>;

/**
 * All objects under `key` of all pages of a list, each of which is shown to `look`. A method that the server does not know is an empty list.
 *
 * Throws `upstream.protocol` for another error, a page without the list, a cursor that comes twice, or a list past the bounds.
 */
export async function listAll(
  server: string,
  key: string,
  ask: AskPage,
  meta?: JsonObject,
  look: (page: JsonObject) => void = () => {},
): Promise<readonly JsonObject[]> {
  const items: JsonObject[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await ask({
      ...(cursor === undefined ? {} : { cursor }),
      ...(meta === undefined ? {} : { _meta: meta }),
    });
    if ('error' in answer) {
      if (answer.error.code === METHOD_NOT_FOUND && page === 0) return [];
      throw broken(server, key, `it answered with error ${answer.error.code}`);
    }
    const list = isJsonObject(answer.result) ? ownProperty(answer.result, key) : undefined;
    if (!isJsonObject(answer.result) || !Array.isArray(list))
      throw broken(server, key, 'a page holds no list');
    look(answer.result);
    for (const item of list) if (isJsonObject(item)) items.push(item);
    if (items.length > MAX_ITEMS) throw broken(server, key, `it holds more than ${MAX_ITEMS} items`);
    const next = ownProperty(answer.result, 'nextCursor');
    if (typeof next !== 'string') return items;
    if (seen.has(next)) throw broken(server, key, 'a cursor came twice');
    seen.add(next);
    cursor = next;
  }
  throw broken(server, key, `it has more than ${MAX_PAGES} pages`);
}

function broken(server: string, key: string, problem: string): Fault {
  return new Fault('upstream.protocol', `server \`${server}\` cannot be asked for its ${key}: ${problem}`, {
    server,
  });
}
