/** Cases that a policy set is tested with: a request in a short form, and the answer it must get. */
import type { JsonObject } from '../../kernel/index.ts';
import type { Confinement, Part, PolicyQuery, PurposeStatus, Verdict } from '../../model/index.ts';

/** One case. What is absent is not in the request, or not expected. */
export interface PolicyCase {
  readonly name: string;
  /** Default `call`. */
  readonly phase?: 'call' | 'list' | 'result';
  /** `server/tool`; or `action` with `resource`. */
  readonly tool?: string;
  readonly action?: string;
  readonly resource?: Part['resource'];
  readonly args?: JsonObject;
  /** Default `bot`. */
  readonly agent?: string;
  readonly team?: string;
  readonly org?: string;
  /** Agents it acts for, the nearest first. */
  readonly chain?: readonly string[];
  readonly user?: { readonly id: string; readonly roles: readonly string[]; readonly mfa?: boolean };
  readonly findings?: readonly string[];
  readonly labels?: readonly string[];
  readonly purpose?: string;
  readonly purposeStatus?: PurposeStatus;
  /**
   * What is used already of limits, by id; 0 where a case names none. In whole units, milliseconds, and for money in units of currency. A case that
   * says any of `limits`, `estimate` and `expect.limits` is judged by the limits of the set, any other one by its policies alone.
   */
  readonly limits?: Readonly<Record<string, { readonly used: number }>>;
  /** What a face would say that the call needs; money in units of currency. */
  readonly estimate?: { readonly tokens?: number; readonly cost?: number };
  /** ISO 8601; default {@link CASE_TIME}. */
  readonly time?: string;
  readonly expect: {
    readonly verdict: Verdict;
    /** Ids of the determining policies, all of them, in any order. */
    readonly policies?: readonly string[];
    /** Kinds that are redacted, all of them. */
    readonly redact?: readonly string[];
    /** Labels that the session gets, all of them. */
    readonly label?: readonly string[];
    /** How strictly it must be confined. */
    readonly confine?: Confinement;
    /** Ids of the forbids that wait for a person, all of them. */
    readonly held?: readonly string[];
    /** Ids of the limits that the call counts for if it runs, and of those that refuse it; all of them where they are said. */
    readonly limits?: { readonly takes?: readonly string[]; readonly refuses?: readonly string[] };
  };
}

/** A working day at noon, where a case says no time. */
export const CASE_TIME = '2026-01-30T12:00:00Z';

const METHODS = { call: 'tools/call', list: 'tools/list', result: 'results/deliver' } as const;

/** The question that a case asks. */
export function queryOfCase(one: PolicyCase): PolicyQuery {
  const { phase = 'call', tool, action, resource, agent = 'bot', team, org = 'acme', user } = one;
  const { purpose, purposeStatus } = one;
  const part: Part =
    tool === undefined
      ? { action: { name: action ?? '' }, resource: resource ?? { type: 'tool', id: '' } }
      : { action: { name: METHODS[phase] }, resource: { type: 'tool', id: tool } };
  return {
    subject: {
      agent: { id: agent, org, ...(team === undefined ? {} : { team }) },
      ...(user === undefined ? {} : { person: user }),
      chain: (one.chain ?? []).map((id) => ({ id, org })),
      authentication: { method: 'configured', assurance: 1, credentialId: 'case', at: 0 },
    },
    initiator: 'agent',
    phase,
    parts: [part],
    lifted: new Set(),
    context: {
      ...(phase === 'call' ? { args: one.args ?? {} } : {}),
      session: { id: 'case', labels: one.labels ?? [] },
      findings: [...new Set(one.findings ?? [])].sort(),
      factsMissing: [],
      ...(purpose === undefined ? {} : { purpose }),
      ...(purposeStatus === undefined ? {} : { purposeStatus }),
      time: Date.parse(one.time ?? CASE_TIME),
    },
  };
}
