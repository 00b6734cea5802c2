// A question is read back exactly as it was asked, and what was not written so is refused.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, isFault, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import { decideOver, PERMIT_CALLS, queryOf } from '../fixtures.ts';
import { type PolicyQuery, PURPOSE_STATUSES } from '../../model/index.ts';
import {
  readQuestion,
  readRecordedPart,
  type RecordedBase,
  recordPart,
  recordQuestion,
} from './recorded-question.ts';

const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 3 });
const args: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.string({ maxLength: 6 }).filter((name) => name !== '__proto__'),
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), texts),
  { maxKeys: 3 },
);

const queries = fc
  .record(
    {
      phase: fc.constantFrom('call', 'list', 'result'),
      initiator: fc.constantFrom('agent', 'server'),
      initiatingServer: fc.string(),
      lifted: texts,
      labels: texts,
      findings: texts,
      factsMissing: texts,
      purpose: fc.string(),
      purposeStatus: fc.constantFrom(...PURPOSE_STATUSES),
      goal: fc.string(),
      unwitnessedSeconds: fc.nat(),
      isError: fc.boolean(),
      time: fc.nat(),
      args,
      server: fc.string(),
    },
    { requiredKeys: ['phase', 'initiator', 'lifted', 'labels', 'findings', 'factsMissing', 'time'] },
  )
  .map(
    ({
      phase,
      initiator,
      initiatingServer,
      lifted,
      labels,
      goal,
      args: given,
      server,
      ...context
    }): PolicyQuery => {
      const { args: _args, ...base } = queryOf().context;
      return {
        ...queryOf(),
        phase,
        initiator,
        ...(initiatingServer === undefined ? {} : { initiatingServer }),
        lifted: new Set(lifted),
        parts: [
          {
            action: { name: 'tools/call' },
            resource: { type: 'tool', id: 'a/b', ...(server === undefined ? {} : { server }) },
          },
        ],
        context: {
          ...base,
          ...context,
          session: { id: 's', labels, ...(goal === undefined ? {} : { goal }) },
          ...(given === undefined ? {} : { args: given }),
        },
      };
    },
  );

const baseOf = ({ subject, initiator, parts }: PolicyQuery, own?: JsonObject): RecordedBase => ({
  subject,
  initiator,
  parts,
  ...(own === undefined ? {} : { args: own }),
});

test('whatever was asked is read back as it was, through JSON', () => {
  fc.assert(
    fc.property(queries, fc.boolean(), fc.boolean(), (query, hasArgs, hasParts) => {
      const base = baseOf(query, hasArgs ? query.context.args : { other: 1 });
      const record = recordQuestion(
        query,
        decideOver(PERMIT_CALLS),
        hasParts ? base : { ...base, parts: [] },
      );
      const read = JSON.parse(canonicalJson(record)) as JsonValue;
      const { query: again } = readQuestion(read, base);
      expect({ ...again, lifted: [...again.lifted].sort() }).toEqual({
        ...query,
        lifted: [...query.lifted].sort(),
      });
    }),
  );
});

test('an answer is read back with everything that a comparison looks at', () => {
  const outcome = decideOver(
    `${PERMIT_CALLS} @id("ask") @verdict("step_up") @quorum("2") @approvers("ann") @timeout("5m") forbid(principal, action, resource);`,
  );
  const { answer } = readQuestion(recordQuestion(queryOf(), outcome, baseOf(queryOf())), baseOf(queryOf()));
  const { verdict, source, obligations, held, needs } = outcome;
  expect(answer).toMatchObject({ verdict, source, obligations, held, needs });
  expect(answer.determining.map(({ id }) => id)).toEqual(['ask']);
});

test('arguments that the record holds anyway are not repeated', () => {
  const query = queryOf({ args: { secret: 'x'.repeat(1_000) } });
  const { args: own } = query.context;
  const record = recordQuestion(query, decideOver(PERMIT_CALLS), baseOf(query, own));
  expect(canonicalJson(record).length).toBeLessThan(500);
});

test('any other value ends in `log.corrupt` or a question, never in anything else', () => {
  const valid = recordQuestion(queryOf(), decideOver(PERMIT_CALLS), baseOf(queryOf()));
  const fields = Object.keys(valid);
  fc.assert(
    fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
      try {
        readQuestion({ ...valid, [field]: value as JsonValue }, baseOf(queryOf()));
      } catch (thrown) {
        expect(isFault(thrown, 'log.corrupt')).toBe(true);
      }
    }),
  );
});

test('the details of a part and the bounds of a sandbox come back from a record as they were', () => {
  const program = {
    action: { name: 'process/exec' },
    resource: { type: 'program', id: 'git' },
    args: { line: 'git push', options: ['-f'] },
  } as const;
  const limits = {
    profile: 'moderate',
    driver: 'bubblewrap',
    max_memory_mb: 512,
    max_processes: 64,
    max_cpu_seconds: 60,
    network: false,
  };
  const sandbox = {
    action: { name: 'sandbox/create' },
    resource: { type: 'sandbox', id: 'b', limits },
  } as const;
  for (const part of [program, sandbox]) expect(readRecordedPart(recordPart(part))).toStrictEqual(part);
});
