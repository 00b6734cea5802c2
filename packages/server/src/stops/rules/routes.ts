/** Rules that stop by themselves, for administrators. */
import { KILL_REASONS } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../../api/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../../http/index.ts';
import { NAME, ULID } from '../../people/index.ts';
import type { Stored } from '../../state/index.ts';
import { type StopRule, STOP_RULES } from './stop-rule.ts';

const FIELDS = {
  name: NAME,
  measure: z.enum(['denials', 'errors', 'decisions']),
  share: z.number().gt(0).max(1),
  least: z.int().min(1).max(1_000_000_000),
  reason: z.enum(KILL_REASONS),
  status: z.enum(['on', 'off']),
};
const SHOWN = z.object({ ...FIELDS, id: ULID });
const RULE = { rule: ULID };
const MOST_RULES = 100;

export const STOP_RULE_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/stop-rules',
    operation: 'listStopRules',
    summary: 'Rules that stop an agent by what its node counted.',
    access: 'read',
    query: PAGE_QUERY,
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    handle({ objects, query }) {
      const { items, next } = pageOf(objects(STOP_RULES).list(), query);
      return { body: { items: items.map(shown), ...(next === undefined ? {} : { next }) } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/stop-rules',
    operation: 'createStopRule',
    summary: 'Makes a rule.',
    access: 'administer',
    body: z.strictObject({ ...FIELDS, status: FIELDS.status.default('on') }),
    answers: SHOWN,
    async handle({ plane, objects, commit, body }) {
      if (objects(STOP_RULES).list().length >= MOST_RULES)
        throw new Problem('request.conflict', 'a hundred rules are enough; remove one');
      const id = plane.newId();
      const index = await commit({
        action: 'stop_rules.create',
        object: id,
        details: { ...body },
        effects: [objects(STOP_RULES).put(id, body, null)],
      });
      return { status: 201, index, location: `/v1/stop-rules/${id}`, body: { ...body, id } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/stop-rules/{rule}',
    operation: 'getStopRule',
    summary: 'One rule.',
    access: 'read',
    params: RULE,
    answers: SHOWN,
    handle({ objects, params }) {
      const rule = ruleIn(objects(STOP_RULES).get(params.rule));
      return { body: shown(rule), index: rule.index };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/v1/stop-rules/{rule}',
    operation: 'changeStopRule',
    summary: 'Changes a rule.',
    access: 'administer',
    params: RULE,
    conditional: true,
    body: z.strictObject(FIELDS),
    answers: SHOWN,
    async handle({ objects, commit, params, body, expects }) {
      const { id } = ruleIn(objects(STOP_RULES).get(params.rule));
      const index = await commit({
        action: 'stop_rules.change',
        object: id,
        details: { ...body },
        effects: [objects(STOP_RULES).put(id, body, expects)],
      });
      return { index, body: { ...body, id } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/stop-rules/{rule}',
    operation: 'removeStopRule',
    summary: 'Removes a rule; what it stopped stays stopped.',
    access: 'administer',
    params: RULE,
    conditional: true,
    async handle({ objects, commit, params, expects }) {
      const { id } = ruleIn(objects(STOP_RULES).get(params.rule));
      await commit({
        action: 'stop_rules.remove',
        object: id,
        effects: [objects(STOP_RULES).remove(id, expects)],
      });
      return {};
    },
  }),
];

function ruleIn(rule: Stored<StopRule> | undefined): Stored<StopRule> {
  if (rule === undefined) throw new Problem('request.not-found', 'there is no such rule');
  return rule;
}

function shown({ index: _index, ...rule }: Stored<StopRule>): Omit<Stored<StopRule>, 'index'> {
  return rule;
}
