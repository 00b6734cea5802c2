/** The context of a request as a value. */
import { Fault } from '../../kernel/index.ts';
import type { PolicyQuery, ToolHints } from '../../model/index.ts';
import { CedarSet, type CedarRecord, Datetime, newRecord, type Value } from '../value/index.ts';

/** What differs between the parts of one request. */
export interface PartFacts {
  readonly args: CedarRecord;
  /** What the patterns of the set found in the arguments of a call; joins the findings of the request. */
  readonly found?: readonly string[];
  readonly method?: string;
  /** What its server claims of the tool; absent where the part is about none. */
  readonly hints?: ToolHints;
}

/** Largest time a datetime is made of, milliseconds since 1970: the end of the year 9999. */
const MAX_TIME_MS = 253_402_300_799_999;

/**
 * The context for one part of `query`; `unjudged` names arguments that no policy sees. Throws `policy.query` for a text that is not well formed and
 * a time that is none.
 */
export function contextFor(query: PolicyQuery, part: PartFacts, unjudged: readonly string[]): CedarRecord {
  const { context, subject, lifted } = query;
  const { person } = subject;
  const facts = newRecord();
  facts['args'] = part.args;
  facts['session'] = record({
    id: text(context.session.id),
    labels: texts(context.session.labels),
    goal: optionalText(context.session.goal),
  });
  const { found } = part;
  facts['findings'] = texts(found === undefined ? context.findings : [...context.findings, ...found]);
  facts['facts_missing'] = texts(context.factsMissing);
  facts['unjudged_args'] = texts(unjudged);
  facts['time'] = datetime(context.time);
  if (person !== undefined)
    facts['user'] = record({ id: text(person.id), roles: texts(person.roles), mfa: person.mfa });
  if (lifted.size > 0) facts['approval'] = record({ lifts: texts([...lifted]) });
  if (context.purpose !== undefined) facts['purpose'] = text(context.purpose);
  if (context.purposeStatus !== undefined) facts['purpose_status'] = text(context.purposeStatus);
  if (context.limits !== undefined) facts['limits'] = standings(context.limits);
  if (context.unwitnessedSeconds !== undefined)
    facts['unwitnessed_seconds'] = integer(Math.ceil(context.unwitnessedSeconds));
  if (context.isError !== undefined) facts['is_error'] = context.isError;
  if (part.method !== undefined) facts['method'] = text(part.method);
  if (part.hints !== undefined) facts['tool'] = claims(part.hints);
  return facts;
}

function claims({ readOnly, destructive, idempotent, openWorld }: ToolHints): CedarRecord {
  return record({ read_only: readOnly, destructive, idempotent, open_world: openWorld });
}

function standings(limits: NonNullable<PolicyQuery['context']['limits']>): CedarRecord {
  const made = newRecord();
  for (const [id, { limit, used, remaining, exceeded, resets }] of Object.entries(limits)) {
    made[id] = record({
      limit: integer(limit),
      used: integer(used),
      remaining: integer(remaining),
      exceeded,
      // A limit that begins anew after the year 9999 does not in any policy's time.
      resets: resets === undefined || resets > MAX_TIME_MS ? undefined : datetime(resets),
    });
  }
  return made;
}

/** A record of those members that are there. */
function record(members: Readonly<Record<string, Value | undefined>>): CedarRecord {
  const made = newRecord();
  for (const name in members) if (members[name] !== undefined) made[name] = members[name];
  return made;
}

/** INVARIANT: the policies see exactly what was given; a lone surrogate is no text. */
function text(value: string): string {
  if (typeof value === 'string' && value.isWellFormed()) return value;
  throw new Fault('policy.query', 'a text of the request holds a lone surrogate');
}

function optionalText(value: string | undefined): string | undefined {
  return value === undefined ? undefined : text(value);
}

function texts(values: readonly string[]): Value {
  return values.length === 0 ? NO_TEXTS : new CedarSet(values.map(text));
}

const NO_TEXTS = new CedarSet([]);

function integer(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new Fault('policy.query', `the number \`${value}\` is not an exact integer`);
}

function datetime(time: number): Datetime {
  if (!(time >= 0 && time <= MAX_TIME_MS)) {
    throw new Fault('policy.query', `the time \`${time}\` is not between 1970 and 9999`);
  }
  return new Datetime(Math.floor(time));
}
