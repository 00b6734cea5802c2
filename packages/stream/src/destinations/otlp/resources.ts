/** Who tells: a node of Writ is a service instance. */
import type * as Library from '@opentelemetry/resources';
import type { OutgoingEvent } from '../../destination.ts';
import { SCHEMA_URL, SERVICE_INSTANCE_ID, SERVICE_NAME, SERVICE_VERSION } from './names.ts';

/** More nodes than write into one log; the oldest is forgotten first. */
const MAX_NODES = 1_000;

/** What spans, records and metrics are made by. One object: what is of one scope is told together. */
export const SCOPE: { readonly name: string; readonly schemaUrl: string } = {
  name: 'writ',
  schemaUrl: SCHEMA_URL,
};

/** Resources by node; the same object for the same node, so that what it says is told together. */
export class Resources {
  readonly #library: typeof Library;
  readonly #byNode = new Map<string, Library.Resource>();

  constructor(library: typeof Library) {
    this.#library = library;
  }

  /** The node that wrote the entry of `event`. */
  of({ producer, event }: OutgoingEvent): Library.Resource {
    const product = event.metadata['product'] as { readonly version?: string } | undefined;
    return this.named(producer, product?.version);
  }

  /** The node `id`. */
  named(id: string, version?: string): Library.Resource {
    const key = JSON.stringify([id, version]);
    const found = this.#byNode.get(key);
    if (found !== undefined) return found;
    const [oldest] = this.#byNode.keys();
    if (this.#byNode.size >= MAX_NODES && oldest !== undefined) this.#byNode.delete(oldest);
    const made = this.#library.resourceFromAttributes(
      {
        [SERVICE_NAME]: 'writ',
        [SERVICE_INSTANCE_ID]: id,
        ...(version === undefined ? {} : { [SERVICE_VERSION]: version }),
      },
      { schemaUrl: SCHEMA_URL },
    );
    this.#byNode.set(key, made);
    return made;
  }
}
