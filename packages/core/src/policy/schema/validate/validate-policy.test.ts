// A policy over many actions is found sound or not exactly as if each action were looked at alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePolicies, type PolicyTree } from '../../language/index.ts';
import { schemaForTools } from '../generate.ts';
import { createValidator } from './index.ts';

const TYPES = [
  { type: 'string' },
  { type: 'integer' },
  { type: 'number' },
  { type: 'boolean' },
  { type: 'array', items: { type: 'string' } },
  { type: 'object', properties: { depth: { type: 'integer' } } },
  { type: 'object', properties: { depth: { type: 'string' } }, required: ['depth'] },
];

const anyTool = fc.record({
  properties: fc.dictionary(fc.constantFrom('amount', 'path', 'options'), fc.constantFrom(...TYPES)),
  required: fc.subarray(['amount', 'path', 'options']),
});

const anyCondition = fc.array(
  fc.constantFrom(
    'context.args has amount && context.args.amount < 3',
    'context.args has options.depth && context.args.options.depth == 1',
    'context.args.path like "/srv/*"',
    'context.args has path',
    '(if context.args has path then context.args else context.args).path == "x"',
    'action == Action::"s/t1" || context.args.amount > 2',
    'action in [Action::"s/t0", Action::"ping"] && context.args.amount > 2',
    'principal is Server || context.args has options',
    'resource in Server::"s" && context.args has options && context.args.options == {depth: 1}',
    'context.session.labels.contains("x")',
    'context has missing.part',
  ),
  { minLength: 1, maxLength: 3 },
);

const anyScope = fc.constantFrom(
  'principal, action, resource',
  'principal, action in Action::"tools/call", resource',
  'principal is Agent, action, resource is Server',
  'principal, action in [Action::"tools/call", Action::"ping", Action::"s/t0"], resource',
);

function toolsOf(tools: readonly { properties: object; required: readonly string[] }[]) {
  return tools.map(({ properties, required }, index) => ({
    server: 's',
    name: `t${index}`,
    definition: {
      name: `t${index}`,
      inputSchema: {
        type: 'object',
        properties: properties as never,
        required: required.filter((name) => Object.hasOwn(properties, name)),
      },
    },
  }));
}

function policyOf(text: string): PolicyTree {
  const [policy] = parsePolicies({ name: 'a.cedar', text }).policies;
  if (policy === undefined) throw new Error(`no policy: ${text}`);
  return policy;
}

test('a policy over many actions has the problems that it has in each of them alone, and can hold where it can in one', () => {
  fc.assert(
    fc.property(
      fc.array(anyTool, { minLength: 1, maxLength: 24 }),
      anyScope,
      anyCondition,
      fc.constantFrom(' && ', ' || '),
      (tools, scope, conditions, joined) => {
        const schema = schemaForTools(toolsOf(tools)).resolved;
        const validate = createValidator(schema);
        // Asked twice, so that what is kept from the first answer is compared as well.
        const policy = policyOf(`permit (${scope}) when { ${conditions.join(joined)} };`);
        const together = [validate(policy), validate(policy)];
        const alone = [...schema.actions.values()]
          .filter(({ appliesTo }) => appliesTo !== undefined)
          .filter(
            ({ uid, memberOf }) =>
              policy.action.op !== 'in' ||
              policy.action.entities.some(({ id }) => id === uid.id || memberOf.some((up) => up.id === id)),
          )
          .map(({ uid }) => {
            const { start, end } = policy.action;
            return validate({ ...policy, action: { op: '==', entity: uid, start, end } });
          })
          .filter(({ errors }) => !errors.some(({ code }) => code === 'no-applicable-action'));
        const told = (one: { errors: readonly { message: string; start: number }[] }) =>
          one.errors.map(({ message, start }) => `${start}: ${message}`);
        for (const whole of together) {
          expect(new Set(told(whole))).toEqual(new Set(alone.flatMap(told)));
          expect(whole.warnings.length).toBe(alone.every(({ warnings }) => warnings.length > 0) ? 1 : 0);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('a test for an attribute is none for a text that is written like it', () => {
  const schema = schemaForTools(
    toolsOf([{ properties: { amount: TYPES[1], path: TYPES[0] }, required: [] }]),
  ).resolved;
  const validate = createValidator(schema);
  const head = 'permit (principal, action == Action::"s/t0", resource) when';
  const codes = (condition: string) =>
    validate(policyOf(`${head} { ${condition} };`)).errors.map(({ code }) => code);
  expect(codes('context.args has amount && context.args.amount > 1')).toEqual([]);
  expect(codes('context.args has path && context.args.amount > 1')).toEqual(['optional-attribute']);
  expect(codes('context.args has amount || context.args.amount > 1')).toEqual(['optional-attribute']);
  expect(codes('(if context.args has path then context.args else context.args).amount > 1')).toEqual([
    'optional-attribute',
  ]);
});

test('of many actions that are alike, the one where an argument may be missing is found', () => {
  const tool = { properties: { amount: TYPES[1] }, required: ['amount'] };
  const many = [...Array.from({ length: 24 }, () => tool), { ...tool, required: [] }];
  const validate = createValidator(schemaForTools(toolsOf(many)).resolved);
  const policy = policyOf(
    'forbid (principal, action in Action::"tools/call", resource) when { context.args.amount > 1 };',
  );
  expect(validate(policy).errors.map(({ code }) => code)).toEqual(['optional-attribute']);
});

test('which actions are in which is known exactly after `is` as well', () => {
  const validate = createValidator(schemaForTools(toolsOf([{ properties: {}, required: [] }])).resolved);
  const warningsOf = (condition: string): number =>
    validate(policyOf(`forbid (principal, action == Action::"ping", resource) when { ${condition} };`))
      .warnings.length;
  expect(warningsOf('Action::"s/t0" is Action in action')).toBe(1);
  expect(warningsOf('action is Action in Action::"ping"')).toBe(0);
});
