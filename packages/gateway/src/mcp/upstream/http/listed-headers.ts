/** The annotations of tools as a server listed them on this very link. */
import { BoundedMap, isJsonObject, ownProperty } from '@writ/core';
import { type HeaderAnnotation, headerAnnotations } from '../../../definitions/index.ts';
import type { RpcAnswer } from '../../rpc/index.ts';

/** Tools remembered; the least recently used leave first. */
const CAPACITY = 10_000;

/** What was learnt from answers to `tools/list`. A tool is called only while its definition is accepted as listed, so what is listed last is what holds. */
export class ListedHeaders {
  readonly #tools = new BoundedMap<string, readonly HeaderAnnotation[]>(CAPACITY);

  learn(answer: RpcAnswer): void {
    const tools =
      'result' in answer && isJsonObject(answer.result) ? ownProperty(answer.result, 'tools') : [];
    if (!Array.isArray(tools)) return;
    for (const tool of tools) {
      const name = isJsonObject(tool) ? ownProperty(tool, 'name') : undefined;
      if (!isJsonObject(tool) || typeof name !== 'string') continue;
      const read = headerAnnotations(tool);
      // Most tools have none; a name that lost its annotations must lose them here.
      if ('annotations' in read && read.annotations.length > 0) this.#tools.set(name, read.annotations);
      else this.#tools.delete(name);
    }
  }

  of(tool: string): readonly HeaderAnnotation[] {
    return this.#tools.get(tool) ?? [];
  }
}
