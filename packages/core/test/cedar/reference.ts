/**
 * A second evaluator of Cedar, written from the rules of the language and from nothing in `src/`: no index, no compilation, integers as BigInt,
 * every policy asked in turn. It shares with the engine the tree of a policy and the values of extensions, and no code that evaluates.
 */
import {
  type EntityUid,
  type Expression,
  type PolicyTree,
  WILDCARD,
} from '../../src/policy/language/index.ts';
import {
  CedarSet,
  constructValue,
  Datetime,
  Decimal,
  Duration,
  equalValues,
  IpAddress,
  isRecord,
  makeRecord,
  MAX_LONG,
  MIN_LONG,
  toLong,
  Uid,
  type Entity,
  type Value,
} from '../../src/policy/value/index.ts';

export interface ReferenceRequest {
  readonly principal: Uid;
  readonly action: Uid;
  readonly resource: Uid;
  readonly context: Value;
}

class Failed extends Error {}
const fail = (): never => {
  throw new Failed();
};

interface World {
  readonly request: ReferenceRequest;
  readonly entities: ReadonlyMap<string, Entity>;
}
const key = ({ type, id }: EntityUid): string => JSON.stringify([type, id]);

/** Places of the policies that are satisfied and of those that fail. */
export function referenceEvaluate(
  policies: readonly PolicyTree[],
  request: ReferenceRequest,
  entities: readonly Entity[],
): { satisfied: number[]; errors: number[] } {
  const world: World = { request, entities: new Map(entities.map((entity) => [key(entity.uid), entity])) };
  const [satisfied, errors]: [number[], number[]] = [[], []];
  for (const [index, policy] of policies.entries()) {
    try {
      if (
        applies(policy, world) &&
        policy.conditions.every(({ kind, body }) => truth(body, world) === (kind === 'when'))
      )
        satisfied.push(index);
    } catch (thrown) {
      if (!(thrown instanceof Failed)) throw thrown;
      errors.push(index);
    }
  }
  return { satisfied, errors };
}

function applies({ principal, action, resource }: PolicyTree, world: World): boolean {
  const { request } = world;
  const reaches = (uid: Uid, scope: PolicyTree['principal']): boolean => {
    if (scope.op === 'all') return true;
    if (scope.op === 'is')
      return (
        uid.type === scope.entityType &&
        (scope.ancestor === undefined || isIn(uid, scope.ancestor as EntityUid, world))
      );
    return scope.op === '=='
      ? key(uid) === key(scope.entity as EntityUid)
      : isIn(uid, scope.entity as EntityUid, world);
  };
  if (action.op === '==' && key(request.action) !== key(action.entity)) return false;
  if (action.op === 'in' && !action.entities.some((uid) => isIn(request.action, uid, world))) return false;
  return reaches(request.principal, principal) && reaches(request.resource, resource);
}

function isIn(uid: EntityUid, above: EntityUid, world: World, seen: Set<string> = new Set()): boolean {
  if (key(uid) === key(above)) return true;
  if (seen.has(key(uid))) return false;
  seen.add(key(uid));
  return (world.entities.get(key(uid))?.parents ?? []).some((parent) => isIn(parent, above, world, seen));
}

function truth(expression: Expression, world: World): boolean {
  const value = evaluate(expression, world);
  return typeof value === 'boolean' ? value : fail();
}
const uidOf = (value: Value | undefined): Uid => (value instanceof Uid ? value : fail());
const setOf = (value: Value | undefined): CedarSet => (value instanceof CedarSet ? value : fail());
const longOf = (value: Value | undefined): bigint =>
  typeof value === 'bigint' || typeof value === 'number' ? BigInt(value) : fail();
const inRange = (value: bigint): Value =>
  value < MIN_LONG || value > MAX_LONG ? fail() : (toLong(value) ?? fail());

function evaluate(expression: Expression, world: World): Value {
  const of = (inner: Expression): Value => evaluate(inner, world);
  switch (expression.kind) {
    case 'bool':
    case 'long':
    case 'string':
      return expression.value;
    case 'entity':
      return new Uid(expression.uid.type, expression.uid.id);
    case 'variable':
      return world.request[expression.name];
    case 'not':
      return !truth(expression.operand, world);
    case 'negate':
      return inRange(-longOf(of(expression.operand)));
    case 'and':
      return truth(expression.left, world) && truth(expression.right, world);
    case 'or':
      return truth(expression.left, world) || truth(expression.right, world);
    case 'if':
      return of(truth(expression.condition, world) ? expression.consequent : expression.alternative);
    case 'set':
      return new CedarSet(expression.elements.map(of));
    case 'record':
      return makeRecord(expression.entries.map(({ key: name, value }) => [name, of(value)] as const));
    case 'get':
      return attribute(of(expression.target), expression.attribute, world) ?? fail();
    case 'has': {
      let at = of(expression.target);
      for (const name of expression.path) {
        const found = attribute(at, name, world);
        if (found === undefined) return false;
        at = found;
      }
      return true;
    }
    case 'is': {
      const uid = uidOf(of(expression.target));
      return (
        uid.type === expression.entityType &&
        (expression.ancestor === undefined || membership(uid, of(expression.ancestor), world))
      );
    }
    case 'like': {
      const text = of(expression.target);
      return typeof text === 'string' ? like(text, expression.pattern) : fail();
    }
    case 'binary':
      return binary(expression.operator, of(expression.left), of(expression.right), world);
    case 'call':
      return call(expression.name, expression.args.map(of));
    case 'method':
      return method(expression.name, [expression.target, ...expression.args].map(of), world);
    default:
      return expression satisfies never;
  }
}

function attribute(target: Value, name: string, { entities }: World): Value | undefined {
  if (isRecord(target)) return Object.hasOwn(target, name) ? target[name] : undefined;
  return Object.entries(entities.get(key(uidOf(target)))?.attrs ?? {}).find(([known]) => known === name)?.[1];
}

function membership(uid: Uid, groups: Value, world: World): boolean {
  return (groups instanceof CedarSet ? groups.elements : [groups])
    .map((group) => uidOf(group))
    .some((group) => isIn(uid, group, world));
}

/** Whether the text is made of the pieces, by every place at which a wildcard could end. */
function like(text: string, pattern: readonly (string | typeof WILDCARD)[]): boolean {
  let ends = new Set([0]);
  for (const piece of pattern) {
    const next = new Set<number>();
    for (const end of ends) {
      if (piece === WILDCARD) for (let at = end; at <= text.length; at += 1) next.add(at);
      else if (text.startsWith(piece, end)) next.add(end + piece.length);
    }
    ends = next;
  }
  return ends.has(text.length);
}

function binary(operator: string, left: Value, right: Value, world: World): Value {
  if (operator === '==') return equalValues(left, right);
  if (operator === '!=') return !equalValues(left, right);
  if (operator === 'in') return membership(uidOf(left), right, world);
  if (operator === '+') return inRange(longOf(left) + longOf(right));
  if (operator === '-') return inRange(longOf(left) - longOf(right));
  if (operator === '*') return inRange(longOf(left) * longOf(right));
  const [one, other] =
    left instanceof Datetime && right instanceof Datetime
      ? [left.epoch, right.epoch]
      : left instanceof Duration && right instanceof Duration
        ? [left.milliseconds, right.milliseconds]
        : [longOf(left), longOf(right)];
  const order = BigInt(one) < BigInt(other) ? -1 : BigInt(one) > BigInt(other) ? 1 : 0;
  return operator === '<'
    ? order < 0
    : operator === '<='
      ? order <= 0
      : operator === '>'
        ? order > 0
        : order >= 0;
}

function call(name: string, args: readonly Value[]): Value {
  const [text] = args;
  if (args.length !== 1 || typeof text !== 'string') return fail();
  return constructValue(name as 'decimal', text) ?? fail();
}

function method(name: string, [target, ...args]: readonly Value[], world: World): Value {
  const [arg] = args;
  if (name === 'contains')
    return setOf(target).elements.some((one) => arg !== undefined && equalValues(one, arg));
  if (name === 'containsAll' || name === 'containsAny') {
    const held = setOf(target).elements;
    const isHeld = (one: Value): boolean => held.some((other) => equalValues(other, one));
    return name === 'containsAll' ? setOf(arg).elements.every(isHeld) : setOf(arg).elements.some(isHeld);
  }
  if (name === 'isEmpty') return setOf(target).elements.length === 0;
  if (name === 'hasTag' || name === 'getTag') {
    const [uid, tag] = [uidOf(target), typeof arg === 'string' ? arg : fail()];
    const found = Object.entries(world.entities.get(key(uid))?.tags ?? {}).find(
      ([known]) => known === tag,
    )?.[1];
    return name === 'hasTag' ? found !== undefined : (found ?? fail());
  }
  if (
    args.length !==
    ([
      'lessThan',
      'lessThanOrEqual',
      'greaterThan',
      'greaterThanOrEqual',
      'isInRange',
      'offset',
      'durationSince',
    ].includes(name)
      ? 1
      : 0)
  )
    return fail();
  if (target instanceof Decimal && arg instanceof Decimal)
    return binary(
      { lessThan: '<', lessThanOrEqual: '<=', greaterThan: '>', greaterThanOrEqual: '>=' }[name] ?? fail(),
      target.units,
      arg.units,
      world,
    );
  if (target instanceof IpAddress) return ip(name, target, arg);
  return time(name, target, arg);
}

function ip(name: string, address: IpAddress, arg: Value | undefined): Value {
  const [bits, whole] = address.version === 4 ? [32, address.address] : [128, address.address];
  const block = (prefix: number, start: bigint): boolean =>
    address.prefix >= prefix && whole >> BigInt(bits - prefix) === start;
  if (name === 'isIpv4') return address.version === 4;
  if (name === 'isIpv6') return address.version === 6;
  if (name === 'isLoopback') return address.version === 4 ? block(8, 127n) : block(128, 1n);
  if (name === 'isMulticast') return address.version === 4 ? block(4, 14n) : block(8, 255n);
  if (name !== 'isInRange' || !(arg instanceof IpAddress)) return fail();
  return arg.version === address.version && block(arg.prefix, arg.address >> BigInt(bits - arg.prefix));
}

const UNITS: Readonly<Record<string, bigint>> = {
  toMilliseconds: 1n,
  toSeconds: 1000n,
  toMinutes: 60_000n,
  toHours: 3_600_000n,
  toDays: 86_400_000n,
};

function time(name: string, target: Value | undefined, arg: Value | undefined): Value {
  const unit = UNITS[name];
  if (target instanceof Duration)
    return unit === undefined ? fail() : inRange(BigInt(target.milliseconds) / unit);
  if (!(target instanceof Datetime)) return fail();
  const [epoch, day] = [BigInt(target.epoch), 86_400_000n];
  const since = ((epoch % day) + day) % day;
  if (name === 'offset' && arg instanceof Duration)
    return new Datetime(inRange(epoch + BigInt(arg.milliseconds)) as number);
  if (name === 'durationSince' && arg instanceof Datetime)
    return new Duration(inRange(epoch - BigInt(arg.epoch)) as number);
  if (name === 'toDate') return new Datetime(inRange(epoch - since) as number);
  return name === 'toTime' ? new Duration(Number(since)) : fail();
}
