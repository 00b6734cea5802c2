/** Which environments a policy cannot tell apart: those in which everything that its conditions read has the same type. */
import {
  type Expression,
  childrenOf,
  type ContextRead,
  findReads,
  type PolicyTree,
} from '../../language/index.ts';
import type { CedarType, RecordShape } from '../model/index.ts';
import type { RequestEnvironment } from './environment.ts';

/** A class for each environment by its place; `undefined` where the policy asks which action it is. */
type Likeness = (policy: PolicyTree) => Uint32Array | undefined;

/** Most sets of paths whose classes are kept; when they are more, all are forgotten. */
const MAX_KEPT = 1024;

/** The {@link Likeness} of `environments`, which are all of one schema. */
export function createLikeness(environments: readonly RequestEnvironment[]): Likeness {
  const types = new TypeNumbers();
  const kept = new Map<string, Uint32Array>();
  return (policy) => {
    if (policy.conditions.some(({ body }) => namesAction(body))) return undefined;
    const reads = new Map(findReads(policy).context.map((read) => [JSON.stringify(read), read]));
    const key = [...reads.keys()].sort().join('\n');
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= MAX_KEPT) kept.clear();
    const classes = classify(environments, [...reads.values()], types);
    kept.set(key, classes);
    return classes;
  };
}

function classify(
  environments: readonly RequestEnvironment[],
  reads: readonly ContextRead[],
  types: TypeNumbers,
): Uint32Array {
  const numbers = new Map<string, number>();
  return Uint32Array.from(environments, ({ principal, resource, context }) => {
    let sight = `${principal} ${resource}`;
    for (const read of reads) sight += ` ${types.along(context, read)}`;
    const known = numbers.get(sight) ?? numbers.size;
    numbers.set(sight, known);
    return known;
  });
}

function namesAction(expression: Expression): boolean {
  if (expression.kind === 'variable') return expression.name === 'action';
  return childrenOf(expression).some(namesAction);
}

/** Numbers types: two have the same number only where they are the same. */
class TypeNumbers {
  readonly #known = new WeakMap<CedarType, number>();
  readonly #byForm = new Map<string, number>();

  /** Every step of `path` from `record`: what is missing, what is optional, and the type at its end, unless only its presence is asked. */
  along(record: RecordShape, { path, kind }: ContextRead): string {
    let type: CedarType = record;
    let steps = '';
    for (const name of path) {
      if (type.kind !== 'record') return `${steps}${this.of(type)}`;
      const found = type.attributes.get(name);
      if (found === undefined) return `${steps}-`;
      steps += found.required ? '!' : '?';
      type = found.type;
    }
    return kind === 'presence' ? steps : `${steps}${this.of(type)}`;
  }

  of(type: CedarType): number {
    const known = this.#known.get(type);
    if (known !== undefined) return known;
    const form = this.#formOf(type);
    const number = this.#byForm.get(form) ?? this.#byForm.size;
    this.#byForm.set(form, number);
    this.#known.set(type, number);
    return number;
  }

  #formOf(type: CedarType): string {
    switch (type.kind) {
      case 'bool':
      case 'long':
      case 'string':
        return type.kind;
      case 'set':
        return `set ${this.of(type.element)}`;
      case 'entity':
      case 'extension':
        return `${type.kind} ${type.name}`;
      case 'record':
        return `record ${[...type.attributes]
          .map(
            ([name, { type: of, required }]) =>
              `${JSON.stringify(name)}${required ? '!' : '?'}${this.of(of)}`,
          )
          .join()}`;
      default:
        return type satisfies never;
    }
  }
}
