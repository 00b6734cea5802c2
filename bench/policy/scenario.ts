// The one scenario that every policy engine is asked about: rules and requests as plain data, and what is right, computed without any engine.

/** One rule; a member that is absent is not tested. */
export interface Rule {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly team?: string;
  readonly tool?: string;
  readonly server?: string;
  /** `context.args.amount` at most this. */
  readonly most?: number;
  /** `context.args.amount` above this. */
  readonly above?: number;
  /** `context.user.roles` holds it. */
  readonly role?: string;
  /** `context.findings` holds it. */
  readonly finding?: string;
  /** `context.user.mfa` has this value. */
  readonly mfa?: boolean;
}

/** One request: an agent in a team in an organisation calls a tool of a server, with eight facts. */
export interface Request {
  readonly agent: string;
  readonly team: string;
  readonly org: string;
  readonly tool: string;
  readonly server: string;
  readonly context: {
    readonly args: { readonly amount: number; readonly path: string };
    readonly user: { readonly id: string; readonly roles: readonly string[]; readonly mfa: boolean };
    readonly findings: readonly string[];
    readonly labels: readonly string[];
    readonly purpose: string;
    readonly session: string;
    readonly hour: number;
    readonly unwitnessed: number;
  };
}

export interface Scenario {
  readonly rules: readonly Rule[];
  readonly requests: readonly Request[];
  /** By place in `requests`. */
  readonly expected: readonly boolean[];
}

const ORG = 'acme';
const REQUESTS = 64;
const TEAMS = 50;
const SERVERS = 40;
/** Every fourth request is to be denied. */
const DENIED_EVERY = 4;
/** An amount above it is beyond every rule. */
const TOO_MUCH = 1_000_000;
/** Rules from which on two forbids that concern everyone are among them. */
const WITH_FORBIDS = 10;

/** `hot`: one rule, next to last, permits; the others have scopes of their own. */
export function hotScenario(rules: number): Scenario {
  const forbids = globalForbids(rules);
  const others = Array.from({ length: Math.max(0, rules - 1 - forbids.length) }, (_, index) =>
    selective(index + 1),
  );
  const all = [...forbids, ...others];
  all.splice(Math.max(0, all.length - 1), 0, selective(0));
  return scenario(all, () => 0);
}

/** `spread`: each request is permitted by another rule. */
export function spreadScenario(rules: number): Scenario {
  const made = Array.from({ length: rules }, (_, index) => selective(index));
  return scenario(made, (request) => (request * 7919) % rules);
}

/** `flat`: no rule has a scope, so all of them must be looked at. */
export function flatScenario(rules: number): Scenario {
  const made = Array.from({ length: rules }, (_, index): Rule => {
    const rule = selective(index);
    return {
      id: rule.id,
      effect: 'permit',
      most: 500,
      role: index === rules - 1 ? 'role-0' : `role-${index + 1000}`,
    };
  });
  return scenario(made, () => 0);
}

function scenario(rules: readonly Rule[], ruleOf: (request: number) => number): Scenario {
  const requests = Array.from({ length: REQUESTS }, (_, index) => request(index, ruleOf(index)));
  return { rules, requests, expected: requests.map((one) => isPermitted(rules, one)) };
}

function selective(index: number): Rule {
  const server = `server-${index % SERVERS}`;
  return {
    id: `p${index}`,
    effect: 'permit',
    team: `team-${index % TEAMS}`,
    tool: `${server}/tool-${index}`,
    server,
    most: 500,
    role: `role-${index % 7}`,
  };
}

function globalForbids(rules: number): readonly Rule[] {
  if (rules < WITH_FORBIDS) return [];
  return [
    { id: 'no-secrets', effect: 'forbid', finding: 'secret' },
    { id: 'mfa-above', effect: 'forbid', mfa: false, above: 300 },
  ];
}

function request(index: number, rule: number): Request {
  const { team = '', tool = '', server = '', role = '' } = selective(rule);
  const isDenied = index % DENIED_EVERY === 0;
  return {
    agent: `agent-${index % 16}-${team}`,
    team,
    org: ORG,
    tool,
    server,
    context: {
      args: { amount: isDenied ? TOO_MUCH : 10 + index, path: `/srv/data/${index}` },
      user: { id: `person-${index}`, roles: ['staff', role], mfa: true },
      findings: ['pii/e-mail'],
      labels: ['internal'],
      purpose: 'work',
      session: `session-${index}`,
      hour: index % 24,
      unwitnessed: 5,
    },
  };
}

/** What is right: a permit applies and no forbid. */
function isPermitted(rules: readonly Rule[], one: Request): boolean {
  const applies = rules.filter((rule) => isSatisfied(rule, one));
  return (
    applies.some(({ effect }) => effect === 'permit') && !applies.some(({ effect }) => effect === 'forbid')
  );
}

/** Whether `rule` applies to `one`; what engines without a language of their own are given as a function. */
export function isSatisfied(rule: Rule, one: Request): boolean {
  const { args, user, findings } = one.context;
  return (
    (rule.team === undefined || rule.team === one.team) &&
    (rule.tool === undefined || rule.tool === one.tool) &&
    (rule.server === undefined || rule.server === one.server) &&
    (rule.most === undefined || args.amount <= rule.most) &&
    (rule.above === undefined || args.amount > rule.above) &&
    (rule.role === undefined || user.roles.includes(rule.role)) &&
    (rule.finding === undefined || findings.includes(rule.finding)) &&
    (rule.mfa === undefined || user.mfa === rule.mfa)
  );
}
