/** Declared limits, made ready once for each policy set. */
import { canonicalJson } from '../kernel/index.ts';
import { sha256Hex } from '../kernel/crypto/index.ts';
import {
  accountOf,
  type LimitAccount,
  type LimitDeclaration,
  type Part,
  type PolicyRef,
} from '../model/index.ts';

/** A limit as calls are judged by it. */
export interface CompiledLimit {
  readonly declaration: LimitDeclaration;
  /** Absent where single calls alone are limited. */
  readonly account?: LimitAccount;
  /** The built-in forbid that the limit implies: `limit:<id>`, with the hash of its declaration. */
  readonly forbid: PolicyRef;
  /** Begins what is hashed into the key of an account: what is counted as something else has other keys. */
  readonly keyed: readonly (string | number)[];
}

const CACHE = new WeakMap<readonly LimitDeclaration[], readonly CompiledLimit[]>();
const NONE: readonly CompiledLimit[] = [];

/** `declarations` compiled; the same list is compiled once. */
export function compileLimits(
  declarations: readonly LimitDeclaration[] | undefined,
): readonly CompiledLimit[] {
  if (declarations === undefined || declarations.length === 0) return NONE;
  let compiled = CACHE.get(declarations);
  if (compiled === undefined) {
    compiled = declarations.map(compile);
    CACHE.set(declarations, compiled);
  }
  return compiled;
}

function compile(declaration: LimitDeclaration): CompiledLimit {
  const account = accountOf(declaration);
  const { id, measure, key, across } = declaration;
  return {
    declaration,
    ...(account === undefined ? {} : { account }),
    forbid: {
      id: `limit:${id}`,
      contentHash: sha256Hex(canonicalJson(['writ/limit/v1', { ...declaration }])),
    },
    keyed: [
      'writ/limit-key/v1',
      id,
      measure,
      ...shapeOf(account),
      ...key,
      ...(across === undefined ? [] : [`across:${across}`]),
    ],
  };
}

/** What of an account its units depend on. A raised or lowered amount counts on; another rate or window begins anew. */
function shapeOf(account: LimitAccount | undefined): readonly (string | number)[] {
  switch (account?.type) {
    case undefined:
      return [];
    case 'bucket':
      return [account.type, account.refill, account.perMs];
    case 'window':
      return [account.type, account.windowMs];
    case 'total':
    case 'held':
      return [account.type];
    default:
      return account satisfies never;
  }
}

/** Whether `part` counts for the limit: by its method, or by the tool it calls. */
export function appliesTo({ actions }: LimitDeclaration, { action, resource }: Part): boolean {
  if (actions === 'all' || actions.includes(action.name)) return true;
  return action.name === 'tools/call' && resource.type === 'tool' && actions.includes(resource.id);
}
