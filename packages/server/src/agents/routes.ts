/** The register of agents: made and kept by those who work with them, stopped by whoever may stop. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Call, defineRoute, type Route } from '../api/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { PEOPLE, restsOnTeams, ULID } from '../people/index.ts';
import { type Change, historyAfter, type Stored } from '../state/index.ts';
import { type AgentRecord, type AgentRegistration, AGENTS, REGISTRATION_FIELDS } from './agent.ts';
import { agentEntities } from './entities.ts';
import { agentPage, PAGE_SHOWN } from './page.ts';

type Shown = Omit<AgentRecord, 'history'> & {
  readonly id: string;
  /** Whether somebody should have looked again by now. */
  readonly isReviewDue: boolean;
};
const SHOWN: z.ZodType<Shown> = z.object({
  id: ULID,
  ...REGISTRATION_FIELDS,
  isReviewDue: z.boolean(),
  reviewed: z.object({ at: z.int(), by: ULID }).optional(),
  status: z.enum(['active', 'suspended', 'removed']),
  reason: z.string().optional(),
  created: z.int(),
});

const AGENT = { agent: ULID };
const REASON = z.string().min(1).max(500);
const { name: _name, ...CHANGEABLE } = REGISTRATION_FIELDS;

export const AGENT_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/agents',
    operation: 'listAgents',
    summary: 'The agents; with `due`, those that somebody should look at again.',
    access: 'read',
    query: {
      ...PAGE_QUERY,
      status: z.enum(['active', 'suspended', 'removed']).optional(),
      team: ULID.optional(),
      owner: ULID.optional(),
      due: z.enum(['true', 'false']).optional(),
    },
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    handle({ objects, query, now }) {
      const { status, team, owner, due } = query;
      const found = objects(AGENTS)
        .list()
        .map((agent) => shown(agent, now))
        .filter(
          (agent) =>
            (status === undefined || agent.status === status) &&
            (team === undefined || agent.team === team) &&
            (owner === undefined || agent.owner === owner) &&
            (due === undefined || agent.isReviewDue === (due === 'true')),
        );
      return { body: pageOf(found, query) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/agent-entities',
    operation: 'listAgentEntities',
    summary: 'The register as Cedar entities for a policy set: teams, and groups `data-class/…`.',
    access: 'read',
    answers: z.object({ entities: z.array(z.record(z.string(), z.unknown())) }),
    handle: ({ objects }) => ({ body: { entities: agentEntities(objects(AGENTS).list()) } }),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/agents/{agent}',
    operation: 'getAgent',
    summary: 'One agent.',
    access: 'read',
    params: AGENT,
    answers: SHOWN,
    handle({ objects, params, now }) {
      const agent = agentIn(objects, params.agent);
      return { body: shown(agent, now), index: agent.index };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/agents/{agent}/page',
    operation: 'getAgentPage',
    summary: 'What the agent may do, what it did, who approved that, and what changed.',
    access: 'read',
    params: AGENT,
    answers: PAGE_SHOWN,
    async handle({ plane, caller, objects, params, now }) {
      const { organisation } = caller;
      const agent = agentIn(objects, params.agent);
      const { isAllowed: mayAudit } = plane.authority.may(caller, 'audit', { organisation, id: agent.id });
      return { body: await agentPage(plane, organisation, agent, { mayAudit, now }), index: agent.index };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/agents',
    operation: 'createAgent',
    summary: 'Registers an agent under a name that is given once.',
    access: 'work',
    body: z.strictObject(REGISTRATION_FIELDS),
    answers: SHOWN,
    async handle({ plane, caller, objects, commit, body, now }) {
      const records = requireReferences(objects, caller.organisation, body, now);
      if (
        objects(AGENTS)
          .list()
          .some(({ name }) => name === body.name)
      )
        throw new Problem(
          'request.conflict',
          'an agent has, or had, this name: what is recorded under it stays of one agent',
        );
      const id = plane.newId();
      const agent: AgentRecord = { ...body, status: 'active', created: now, history: [] };
      const index = await commit({
        action: 'agents.create',
        object: id,
        details: detailsOf(body),
        // Of two who register one name at once, one does.
        consumes: [`agent-name:${caller.organisation}:${hashOf(body.name)}`],
        effects: [objects(AGENTS).put(id, agent, null)],
        records,
      });
      return {
        status: 201,
        index,
        location: `/v1/agents/${id}`,
        body: shown({ ...agent, id, index }, now),
      };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/v1/agents/{agent}',
    operation: 'changeAgent',
    summary: 'Changes what is registered of an agent; its name stays.',
    access: 'work',
    params: AGENT,
    conditional: true,
    body: z.strictObject(CHANGEABLE),
    answers: SHOWN,
    async handle({ caller, objects, commit, body, params, expects, now }) {
      const before = livingAgent(objects, params.agent);
      const registration = { ...body, name: before.name };
      const records = requireReferences(objects, caller.organisation, registration, now, before.reviewDue);
      const { status, reason, created, reviewed } = before;
      const agent: AgentRecord = {
        ...registration,
        status,
        ...(reason === undefined ? {} : { reason }),
        created,
        ...(reviewed === undefined ? {} : { reviewed }),
        history: historyAfter(before),
      };
      const index = await commit({
        action: 'agents.change',
        object: before.id,
        details: detailsOf(registration),
        effects: [objects(AGENTS).put(before.id, agent, expects)],
        records,
      });
      return { body: shown({ ...agent, id: before.id, index }, now), index };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/agents/{agent}/reviews',
    operation: 'reviewAgent',
    summary: 'Says that somebody looked at the agent, and when to look again.',
    access: 'work',
    params: AGENT,
    conditional: true,
    body: z.strictObject({ reviewDue: z.int().min(0) }),
    answers: SHOWN,
    async handle({ caller, objects, commit, body, params, expects, now }) {
      const before = livingAgent(objects, params.agent);
      if (body.reviewDue <= now)
        throw new Problem('request.invalid', 'the next review lies in the past', [
          { pointer: '/reviewDue', detail: 'is to come' },
        ]);
      return stepped({ objects, commit, expects, now }, before, {
        action: 'agents.review',
        change: { reviewDue: body.reviewDue, reviewed: { at: now, by: caller.id } },
      });
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/agents/{agent}/suspension',
    operation: 'suspendAgent',
    summary: 'Suspends an agent: its next call is refused at every node that hears of it.',
    access: 'stop',
    params: AGENT,
    conditional: true,
    body: z.strictObject({ reason: REASON }),
    answers: SHOWN,
    async handle({ objects, commit, body, params, expects, now }) {
      const before = livingAgent(objects, params.agent);
      if (before.status === 'suspended')
        throw new Problem('request.conflict', 'the agent is suspended already');
      return stepped({ objects, commit, expects, now }, before, {
        action: 'agents.suspend',
        change: { status: 'suspended', reason: body.reason },
      });
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/agents/{agent}/suspension',
    operation: 'resumeAgent',
    summary: 'Lets a suspended agent act again, as far as policy permits.',
    access: 'administer',
    params: AGENT,
    conditional: true,
    answers: SHOWN,
    async handle({ objects, commit, params, expects, now }) {
      const before = livingAgent(objects, params.agent);
      if (before.status === 'active') throw new Problem('request.conflict', 'the agent is not suspended');
      return stepped({ objects, commit, expects, now }, before, {
        action: 'agents.resume',
        change: { status: 'active', reason: undefined },
      });
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/agents/{agent}',
    operation: 'removeAgent',
    summary: 'Removes an agent for good: it acts no more, and its name is given to no other.',
    access: 'administer',
    params: AGENT,
    conditional: true,
    async handle({ objects, commit, params, expects, now }) {
      const before = livingAgent(objects, params.agent);
      await stepped({ objects, commit, expects, now }, before, {
        action: 'agents.remove',
        change: { status: 'removed' },
      });
      return {};
    },
  }),
];

/** Names are of any script, and keys of the log are not. */
function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

interface Step {
  readonly action: string;
  readonly change: Partial<Pick<AgentRecord, 'status' | 'reason' | 'reviewDue' | 'reviewed'>>;
}

async function stepped(
  { objects, commit, expects, now }: Pick<Call, 'objects' | 'commit' | 'expects' | 'now'>,
  before: Stored<AgentRecord>,
  { action, change }: Step,
): Promise<{ readonly body: Shown; readonly index: number }> {
  const { id, index: _index, ...rest } = before;
  const agent: AgentRecord = { ...rest, ...change, history: historyAfter(before) };
  const index = await commit({
    action,
    object: id,
    details: JSON.parse(JSON.stringify(change)) as Record<string, string>,
    effects: [objects(AGENTS).put(id, agent, expects)],
  });
  return { body: shown({ ...agent, id, index }, now), index };
}

function agentIn(objects: Call['objects'], id: string): Stored<AgentRecord> {
  const agent = objects(AGENTS).get(id);
  if (agent === undefined) throw new Problem('request.not-found', 'there is no such agent');
  return agent;
}

function livingAgent(objects: Call['objects'], id: string): Stored<AgentRecord> {
  const agent = agentIn(objects, id);
  if (agent.status === 'removed')
    throw new Problem('request.final', 'the agent was removed; register another one');
  return agent;
}

/** What a registration rests on. Throws `request.invalid` for people and teams that there are none of, and for a review that is overdue from the start; one that was before may stay so. */
function requireReferences(
  objects: Call['objects'],
  organisation: string,
  { owner, team, reviewDue }: AgentRegistration,
  now: number,
  before?: number,
): NonNullable<Change['records']> {
  const wrong = (pointer: string, detail: string): Problem =>
    new Problem('request.invalid', `the agent is not registered: ${detail}`, [{ pointer, detail }]);
  const person = objects(PEOPLE).get(owner);
  if (person === undefined || person.status === 'suspended') throw wrong('/owner', 'there is no such person');
  if (reviewDue <= now && reviewDue !== before) throw wrong('/reviewDue', 'the review lies in the past');
  return [
    { collection: 'people', key: `${organisation}/${owner}`, index: person.index },
    ...restsOnTeams(objects, organisation, team === undefined ? [] : [team]),
  ];
}

function detailsOf(registration: AgentRegistration): Record<string, string> {
  return JSON.parse(JSON.stringify(registration)) as Record<string, string>;
}

function shown({ history: _history, index: _index, ...agent }: Stored<AgentRecord>, now: number): Shown {
  return { ...agent, isReviewDue: agent.status === 'active' && now >= agent.reviewDue };
}
