/** What the policies of a set have in common, made once: the reading of a path, the keys of scopes. */
import type { Closure, Environment } from './environment.ts';
import type { Value } from '../../value/index.ts';

/** Finds values that select policies; see `selector.ts`. */
export type Look = (environment: Environment) => readonly Value[] | undefined;

/** Bounds the memory of a set that is updated for ever: past it the parts are made anew. */
const MAX_SHARED = 100_000;

/** Parts by what they mean. Two policies that read `context.args.amount` run the same function. */
export class SharedParts {
  readonly #closures = new Map<string, Closure>();
  readonly #looks = new Map<string, Look>();
  readonly #texts = new Map<string, string>();

  /** The closure called `name`, made where there is none. */
  closure(name: string, make: () => Closure): Closure {
    const known = this.#closures.get(name);
    if (known !== undefined) return known;
    const made = make();
    if (this.#closures.size < MAX_SHARED) this.#closures.set(name, made);
    return made;
  }

  /** As {@link closure}, for what selects policies. */
  look(name: string, make: () => Look): Look {
    const known = this.#looks.get(name);
    if (known !== undefined) return known;
    const made = make();
    if (this.#looks.size < MAX_SHARED) this.#looks.set(name, made);
    return made;
  }

  /** One object for equal texts. */
  text(value: string): string {
    const known = this.#texts.get(value);
    if (known !== undefined) return known;
    if (this.#texts.size < MAX_SHARED) this.#texts.set(value, value);
    return value;
  }
}
