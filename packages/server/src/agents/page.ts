/** The page of an agent: what may it do, what did it do, who approved that, what changed. */
import { ACTOR_KINDS, isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import { z } from 'zod';
import { BUNDLES, rolloutId, ROLLOUTS } from '../bundles/index.ts';
import { fleetOf } from '../fleet/index.ts';
import { NODES } from '../nodes/index.ts';
import { ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { listReceipts, RECEIPT_SHOWN, type ReceiptShown } from '../receipts/index.ts';
import { changesOf, type PastChange, type Stored } from '../state/index.ts';
import type { AgentRecord } from './agent.ts';

/** Most of each list. */
const MOST = 50;
/** Most nodes of an agent that are looked at. */
const MOST_NODES = 20;

/** What is in force in an environment and team. */
interface InForce {
  readonly environment: string;
  readonly team?: string | undefined;
  /** ULID of the bundle, its number, and the hash of its policies, as decisions name it. */
  readonly bundle: string;
  readonly version: number;
  readonly policyHash: string;
  /** ULID. */
  readonly policyVersion: string;
}

/** A node of the agent. */
interface AgentNode {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly isStale: boolean;
  /** What the node says is in force. */
  readonly policyHash?: string | undefined;
  readonly decisions: readonly {
    readonly policyHash: string;
    readonly allowed: number;
    readonly refused: number;
    readonly errors: number;
  }[];
}

interface AgentApproval {
  readonly id: string;
  readonly status: string;
  readonly answers: readonly { readonly person: string; readonly answer: string; readonly at: number }[];
}

/** The page. Its last three lists are for whoever may read the record. */
export interface AgentPage {
  /** What is in force where the agent's nodes are. */
  readonly may: readonly InForce[];
  readonly nodes: readonly AgentNode[];
  /** The newest entries of its own nodes, and what others disclose that it asked for there. */
  readonly did?: readonly ReceiptShown[] | undefined;
  readonly approvals?: readonly AgentApproval[] | undefined;
  readonly changes?: readonly PastChange[] | undefined;
}

export const PAGE_SHOWN: z.ZodType<AgentPage> = z.object({
  may: z.array(
    z.object({
      environment: z.string(),
      team: ULID.optional(),
      bundle: ULID,
      version: z.int(),
      policyHash: z.string(),
      policyVersion: ULID,
    }),
  ),
  nodes: z.array(
    z.object({
      id: ULID,
      name: z.string(),
      status: z.string(),
      isStale: z.boolean(),
      policyHash: z.string().optional(),
      decisions: z.array(
        z.object({ policyHash: z.string(), allowed: z.int(), refused: z.int(), errors: z.int() }),
      ),
    }),
  ),
  did: z.array(RECEIPT_SHOWN).optional(),
  approvals: z
    .array(
      z.object({
        id: ULID,
        status: z.string(),
        answers: z.array(z.object({ person: z.string(), answer: z.string(), at: z.int() })),
      }),
    )
    .optional(),
  changes: z
    .array(
      z.object({
        index: z.int(),
        at: z.int(),
        action: z.string(),
        actor: z.enum(ACTOR_KINDS),
        by: z.string().optional(),
      }),
    )
    .optional(),
});

/** The page of `agent`; `mayAudit`: with what stands in the record. */
export async function agentPage(
  plane: Plane,
  organisation: string,
  agent: Stored<AgentRecord>,
  { mayAudit, now }: { readonly mayAudit: boolean; readonly now: number },
): Promise<AgentPage> {
  const nodes = plane
    .objects(organisation, NODES)
    .list()
    .filter((node) => node.agent === agent.id)
    .slice(-MOST_NODES);
  const lives = await fleetOf(plane, organisation, nodes, now);
  const page: AgentPage = {
    may: policiesOf(plane, organisation, nodes),
    nodes: nodes.map(({ id, name, status }) => {
      const { isStale = true, policyHash, decisions = [] } = lives.get(id) ?? {};
      return {
        id,
        name,
        status,
        isStale,
        ...(policyHash === undefined ? {} : { policyHash }),
        decisions: decisions.map(({ policyHash: under, allow, modify, step_up, defer, deny, errors }) => ({
          policyHash: under,
          allowed: allow + modify,
          refused: step_up + defer + deny,
          errors,
        })),
      };
    }),
  };
  if (!mayAudit) return page;
  return {
    ...page,
    did: await receiptsOf(plane, organisation, [
      { agent: agent.name },
      ...nodes.map(({ id }) => ({ node: id })),
    ]),
    approvals: approvalsOf(plane, organisation, agent.name),
    changes: changesOf(plane.log, agent).slice(0, MOST),
  };
}

function policiesOf(
  plane: Pick<Plane, 'objects'>,
  organisation: string,
  nodes: readonly { readonly environment: string; readonly team?: string | undefined }[],
): readonly InForce[] {
  const found = new Map<string, InForce>();
  for (const { environment, team } of nodes) {
    const track = rolloutId(organisation, { environment, team });
    const stable = plane.objects(organisation, ROLLOUTS).get(track)?.stable;
    const bundle = stable === undefined ? undefined : plane.objects(organisation, BUNDLES).get(stable);
    if (bundle === undefined) continue;
    const { id, version, policyHash, policyVersion } = bundle;
    const of = { environment, ...(team === undefined ? {} : { team }) };
    found.set(track, { ...of, bundle: id, version, policyHash, policyVersion });
  }
  return [...found.values()];
}

async function receiptsOf(
  plane: Plane,
  organisation: string,
  asked: readonly ({ readonly agent: string } | { readonly node: string })[],
): Promise<ReceiptShown[]> {
  const pages = await Promise.all(
    asked.map((one) => listReceipts(plane, organisation, { limit: MOST, ...one })),
  );
  const found = new Map(pages.flatMap(({ items }) => items).map((receipt) => [receipt.id, receipt]));
  return [...found.values()].toSorted((one, other) => (one.id < other.id ? 1 : -1)).slice(0, MOST);
}

function approvalsOf({ log }: Plane, organisation: string, agent: string): readonly AgentApproval[] {
  const prefix = `${organisation}/`;
  return log.state
    .records('approvals')
    .filter(({ key, value }) => key.startsWith(prefix) && isJsonObject(value) && value['agent'] === agent)
    .map(({ key, value }) => approval(key.slice(prefix.length), value))
    .toSorted((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, MOST);
}

/** Who answered, and how; what was answered about is on the approval's own page. */
function approval(id: string, value: JsonValue): AgentApproval {
  const { status, answers } = isJsonObject(value) ? value : ({} as JsonObject);
  const given = Array.isArray(answers) ? answers.filter(isJsonObject) : [];
  return {
    id,
    status: textOf(status),
    answers: given.map(({ person, answer, at }) => ({
      person: textOf(person),
      answer: textOf(answer),
      at: Number(at),
    })),
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : 'unknown';
}
