/** Names in a schema: relative to a namespace, or qualified. */
import type { JsonObject } from '../../../kernel/index.ts';

/** Types that are always there. */
export const BUILT_IN: ReadonlyMap<string, 'bool' | 'long' | 'string'> = new Map([
  ['Bool', 'bool'],
  ['Boolean', 'bool'],
  ['Long', 'long'],
  ['String', 'string'],
]);

/** Words of policy text that name nothing else. */
export const RESERVED: ReadonlySet<string> = new Set(
  'true false if then else in like has is __cedar'.split(' '),
);

export const EXTENSIONS: ReadonlySet<string> = new Set(['decimal', 'ipaddr', 'datetime', 'duration']);

/** What a schema declares, by qualified name. */
export interface Declared {
  readonly entities: ReadonlyMap<string, { readonly namespace: string; readonly json: JsonObject }>;
  readonly commons: ReadonlyMap<string, { readonly namespace: string; readonly json: JsonObject }>;
  readonly actions: ReadonlyMap<
    string,
    { readonly namespace: string; readonly id: string; readonly json: JsonObject }
  >;
}

/** `A::B` and `C` make `A::B::C`; the empty namespace adds nothing. */
export function qualify(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}::${name}`;
}

/** The qualified names that `name` could mean in `namespace`, the nearest first. */
export function candidates(namespace: string, name: string): readonly string[] {
  return namespace === '' || name.includes('::') ? [name] : [qualify(namespace, name), name];
}
