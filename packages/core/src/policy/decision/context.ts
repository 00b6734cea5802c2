/** The context of a request in Cedar's JSON form. */
import type { JsonObject, JsonValue } from '../../kernel/index.ts';
import { Fault } from '../../kernel/index.ts';
import type { PolicyQuery } from '../../model/index.ts';

/** What differs between the parts of one request. */
export interface PartFacts {
  /** In Cedar's JSON form. */
  readonly args: JsonObject;
  readonly method?: string;
}

/** Largest time a datetime is made of, milliseconds since 1970: the end of the year 9999. */
const MAX_TIME_MS = 253_402_300_799_999;

/** The context for one part of `query`; `unjudged` names arguments that no policy sees. */
export function contextFor(query: PolicyQuery, part: PartFacts, unjudged: readonly string[]): JsonObject {
  const { context, subject, lifted } = query;
  const { person } = subject;
  const facts: Record<string, JsonValue> = {
    args: part.args,
    session: {
      id: context.session.id,
      labels: [...context.session.labels],
      ...(context.session.goal === undefined ? {} : { goal: context.session.goal }),
    },
    findings: [...context.findings],
    facts_missing: [...context.factsMissing],
    unjudged_args: [...unjudged],
    time: { __extn: { fn: 'datetime', arg: datetime(context.time) } },
  };
  if (person !== undefined) {
    facts['user'] = {
      id: person.id,
      roles: [...person.roles],
      ...(person.mfa === undefined ? {} : { mfa: person.mfa }),
    };
  }
  if (lifted.size > 0) facts['approval'] = { lifts: [...lifted].sort() };
  if (context.purpose !== undefined) facts['purpose'] = context.purpose;
  if (context.unwitnessedSeconds !== undefined)
    facts['unwitnessed_seconds'] = Math.ceil(context.unwitnessedSeconds);
  if (context.isError !== undefined) facts['is_error'] = context.isError;
  if (part.method !== undefined) facts['method'] = part.method;
  return facts;
}

function datetime(time: number): string {
  if (!(time >= 0 && time <= MAX_TIME_MS)) {
    throw new Fault('policy.query', `the time \`${time}\` is not between 1970 and 9999`);
  }
  return new Date(Math.floor(time)).toISOString();
}
