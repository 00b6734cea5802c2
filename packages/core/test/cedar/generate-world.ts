/** Worlds to compare engines in: policies as text, entities and requests as JSON, all made from one number. */
import {
  ACTIONS,
  ATTRIBUTE,
  DATETIMES,
  DECIMALS,
  DURATIONS,
  expressionText,
  guardedText,
  IPS,
  type Kind,
  quoted,
  STRINGS,
  TYPES,
  UIDS,
  uidText,
} from './generate-expression.ts';
import type { OracleRequest, TextPolicy } from './oracle.ts';
import { Choices } from './random.ts';

export interface World {
  readonly policies: readonly TextPolicy[];
  /** JSON. */
  readonly entities: string;
  readonly requests: readonly OracleRequest[];
}

/** How many requests are asked in one world. */
const REQUESTS_OF_WORLD = 8;

/** The world of `seed`. */
export function makeWorld(seed: number): World {
  const choices = new Choices(seed);
  return {
    policies: makePolicies(choices),
    entities: makeEntities(choices),
    requests: choices.list(REQUESTS_OF_WORLD, () => makeRequest(choices)),
  };
}

/** Mostly few policies, one set in 25 of up to 200; a third of the sets select by conditions alone. */
export function makePolicies(choices: Choices): readonly TextPolicy[] {
  const most = choices.chance(4) ? 200 : choices.pick([1, 5, 10, 10, 20, 40]);
  const isFlat = choices.chance(33);
  return choices.list(1 + choices.number(most), (index) => makePolicy(choices, `p${index * 7}`, isFlat));
}

/** One policy, sometimes a template with a link. */
export function makePolicy(choices: Choices, id: string, isFlat: boolean): TextPolicy {
  const effect = choices.chance(75) ? 'permit' : 'forbid';
  const conditions = isFlat
    ? [`when { ${guardedText(choices)} }`, ...choices.some([condition(choices)], 1)]
    : choices.list(choices.pick([0, 1, 1, 1, 2]), () => condition(choices));
  const slots = { principal: choices.chance(8), resource: choices.chance(8) };
  const scope = isFlat
    ? '(principal, action, resource)'
    : `(${entityScope(choices, 'principal', slots.principal)}, ${actionScope(choices)}, ${entityScope(choices, 'resource', slots.resource)})`;
  const body = `${scope} ${conditions.join(' ')};`;
  if (isFlat || (!slots.principal && !slots.resource)) return { id, effect, body };
  const link = {
    ...(slots.principal ? { principal: choices.pick(UIDS) } : {}),
    ...(slots.resource ? { resource: choices.pick(UIDS) } : {}),
  };
  return { id, effect, body, link };
}

function condition(choices: Choices): string {
  const kind = choices.chance(80) ? 'when' : 'unless';
  if (choices.chance(2))
    return `${kind} { ${choices.list(150, () => 'context.n != 5').join(choices.pick([' && ', ' || ']))} }`;
  if (choices.chance(25)) return `${kind} { ${guardedText(choices)} }`;
  return `${kind} { ${expressionText(choices, 'bool', choices.pick([1, 2, 3, 4]))} }`;
}

function entityScope(choices: Choices, variable: string, isSlot: boolean): string {
  const uid = isSlot ? `?${variable}` : uidText(choices.pick(UIDS));
  if (isSlot || choices.chance(55))
    return choices.pick([
      `${variable} == ${uid}`,
      `${variable} in ${uid}`,
      `${variable} in ${uid}`,
      `${variable} is ${choices.pick(TYPES)} in ${uid}`,
    ]);
  return choices.chance(25) ? `${variable} is ${choices.pick(TYPES)}` : variable;
}

function actionScope(choices: Choices): string {
  const uid = (): string => uidText(choices.pick(ACTIONS));
  return choices.pick([
    'action',
    'action',
    `action == ${uid()}`,
    `action in ${uid()}`,
    `action in [${uid()}, ${uid()}, ${uid()}]`,
    'action in []',
  ]);
}

/** What a JSON value of each kind is. Now and then the value has another kind, so that what is read is not what was expected. */
function valueJson(choices: Choices, kind: Kind, depth: number): string {
  const extension = (fn: string, texts: readonly string[]): string =>
    `{"__extn":{"fn":"${fn}","arg":${quoted(choices.pick(texts))}}}`;
  switch (kind) {
    case 'bool':
      return choices.pick(['true', 'false']);
    case 'long':
      return choices.pick([
        '0',
        '1',
        '2',
        '5',
        '-1',
        '7',
        '1000',
        '9007199254740993',
        '9223372036854775807',
        '-9223372036854775808',
      ]);
    case 'string':
      return quoted(choices.pick(STRINGS));
    case 'entity':
      return `{"__entity":${JSON.stringify(choices.pick(UIDS))}}`;
    case 'set':
      return `[${choices.list(choices.number(4), () => valueJson(choices, choices.pick(['string', 'long', 'bool', 'entity', 'ip']), depth)).join(',')}]`;
    case 'record':
      return depth === 0 ? '{}' : attributesJson(choices, depth - 1);
    case 'decimal':
      return extension('decimal', DECIMALS);
    case 'ip':
      return extension('ip', IPS);
    case 'datetime':
      return extension('datetime', DATETIMES);
    case 'duration':
      return extension('duration', DURATIONS);
    default:
      return kind satisfies never;
  }
}

function attributesJson(choices: Choices, depth: number): string {
  const kinds = Object.keys(ATTRIBUTE) as Kind[];
  const members = kinds.flatMap((kind) =>
    ATTRIBUTE[kind]
      .filter(() => choices.chance(80))
      .map(
        (name) =>
          `${quoted(name)}:${valueJson(choices, choices.chance(96) ? kind : choices.pick(kinds), depth)}`,
      ),
  );
  return `{${members.join(',')}}`;
}

/** Entities in which later ones are parents of earlier ones, sometimes below a deep chain or under many at once; some are missing. */
export function makeEntities(choices: Choices): string {
  const held = UIDS.filter(() => choices.chance(85));
  const chain = choices.chance(15)
    ? choices.list(60, (index) => ({ type: 'Group', id: `deep${index}` }))
    : [];
  const wide = choices.chance(15)
    ? choices.list(100, (index) => ({ type: 'Group', id: `wide${index}` }))
    : [];
  const json = (
    uid: { readonly type: string; readonly id: string },
    parents: readonly unknown[],
    rest = '',
  ): string => `{"uid":${JSON.stringify(uid)},"parents":${JSON.stringify(parents)}${rest}}`;
  const own = held.map((uid) => {
    const above = UIDS.slice(UIDS.indexOf(uid) + 1);
    const parents = above.length === 0 ? [] : [...choices.some(above, 3)];
    if (uid.type === 'User' && choices.chance(50)) parents.push(...chain.slice(0, 1), ...wide);
    const tags = choices.list(
      choices.number(3),
      (index) =>
        `${quoted(STRINGS[index + 1] ?? '')}:${valueJson(choices, choices.pick(['long', 'string']), 1)}`,
    );
    return json(
      uid,
      parents,
      `,"attrs":${attributesJson(choices, choices.chance(15) ? 2 : 1)},"tags":{${tags.join(',')}}`,
    );
  });
  const links = chain.map((uid, index) =>
    json(uid, [chain[index + 1] ?? { type: 'Group', id: 'top' }], ',"attrs":{}'),
  );
  const [view, edit, all, most] = ACTIONS;
  const actions = choices.chance(85)
    ? [
        json(view ?? ({} as never), [most]),
        json(edit ?? ({} as never), [all, most]),
        json(most ?? ({} as never), [all]),
      ].map((text) => text.replace(/\}$/, ',"attrs":{}}'))
    : [];
  return `[${[...own, ...links, ...actions].join(',')}]`;
}

function makeRequest(choices: Choices): OracleRequest {
  const users = UIDS.filter(({ type }) => type === 'User');
  const things = UIDS.filter(({ type }) => type.startsWith('App::'));
  return {
    principal: choices.chance(85) ? choices.pick(users) : choices.pick(UIDS),
    action: choices.chance(97) ? choices.pick(ACTIONS) : { type: 'Action', id: 'unheard of' },
    resource: choices.chance(85) ? choices.pick(things) : choices.pick(UIDS),
    context: attributesJson(choices, choices.chance(15) ? 2 : 1),
  };
}
