// Labels of a session: where each came from, what was judged under it, and what it refused.
import { describe, expect, test } from 'vitest';
import { flowOf, letterOf, markOf, type SessionStep, stateAt } from './flow.ts';

const step = (at: number, more: Partial<SessionStep> = {}): SessionStep => ({
  id: String(at).padStart(26, '0'),
  receipt: `node#${at}`,
  node: 'N1',
  kind: 'decision',
  verdict: 'allow',
  time: 1_790_000_000_000 + at,
  isDisclosed: true,
  carried: [],
  ...more,
});
/** With an outcome that brought `gives`. */
const brings = (...gives: readonly string[]): Partial<SessionStep> => ({
  became: { ...step(900), kind: 'outcome', outcome: 'performed', gives: [...gives] },
});

describe('the flow of a session', () => {
  const flow = flowOf([
    step(0),
    step(1, brings('pii')),
    step(2, { carried: ['pii'] }),
    step(3, { carried: ['pii'], ...brings('pii', 'secret') }),
    step(4, { carried: ['pii', 'secret'], verdict: 'deny', becauseOf: ['pii'], policies: ['no-pii-out'] }),
    step(5, { carried: ['pii', 'secret'] }),
  ]);

  test('has a line for each label, from the call that brought it to the last that was judged under it', () => {
    expect(flow.flows).toEqual([
      { label: 'pii', source: 1, first: 1, last: 5 },
      { label: 'secret', source: 3, first: 3, last: 5 },
    ]);
  });

  test('says at each step what was brought, and what was brought again', () => {
    expect(flow.steps.map(({ brought }) => brought)).toEqual([[], ['pii'], [], ['secret'], [], []]);
    expect(flow.steps[3]?.again).toEqual(['pii']);
  });

  test('leads from what was refused to the call that brought the label it is owed to', () => {
    expect(flow.steps[4]?.owed).toEqual([{ label: 'pii', source: 1 }]);
    expect(flow.steps[2]?.owed).toEqual([]);
  });

  test('marks where a line begins, is judged under and ends in a refusal', () => {
    const [pii, secret] = flow.flows;
    const marks = (of = pii) => flow.steps.map((one) => (of === undefined ? undefined : markOf(of, one)));
    expect(marks()).toEqual([undefined, 'source', 'judged', 'judged', 'sink', 'judged']);
    expect(marks(secret)).toEqual([undefined, undefined, undefined, 'source', 'judged', 'judged']);
  });

  test('up to a step knows nothing of what comes after it', () => {
    const { labels, counts } = stateAt(flow, 2);
    expect(labels.map(({ label }) => label)).toEqual(['pii']);
    expect(counts).toEqual({ allow: 3 });
    expect(stateAt(flow, 5).counts).toEqual({ allow: 5, deny: 1 });
    expect(stateAt(flow, -1)).toEqual({ labels: [], counts: {}, undisclosed: 0 });
  });
});

test('a label that nothing here brought has no source, and is called unexplained once', () => {
  const { steps, flows } = flowOf([
    step(0, { carried: ['old'], verdict: 'deny', becauseOf: ['old'] }),
    step(1, { carried: ['old'] }),
  ]);
  expect(flows).toEqual([{ label: 'old', first: 0, last: 1 }]);
  expect(steps.map(({ unexplained }) => unexplained)).toEqual([['old'], []]);
  expect(steps[0]?.owed).toEqual([{ label: 'old' }]);
});

test('what was not disclosed is unknown: the line passes it, and nothing is said of it', () => {
  const { carried: _carried, ...sealed } = step(1);
  const { steps, flows } = flowOf([step(0, brings('pii')), sealed, step(2, { carried: ['pii'] })]);
  expect(steps[1]).not.toHaveProperty('carried');
  const [pii] = flows;
  expect(pii === undefined ? undefined : steps.map((one) => markOf(pii, one))).toEqual([
    'source',
    'passes',
    'judged',
  ]);
  expect(stateAt({ steps, flows }, 2).undisclosed).toBe(1);
});

test('a call that was judged before the result of an earlier one came carries nothing of it', () => {
  const { steps, flows } = flowOf([step(0, brings('pii')), step(1), step(2, { carried: ['pii'] })]);
  expect(flows).toEqual([{ label: 'pii', source: 0, first: 0, last: 2 }]);
  const [pii] = flows;
  expect(steps[1] === undefined || pii === undefined ? undefined : markOf(pii, steps[1])).toBe('passes');
});

test('what is listed brings by itself; a label that is brought last has a line of one step', () => {
  expect(flowOf([step(0, { gives: ['seen'] })]).flows).toEqual([
    { label: 'seen', source: 0, first: 0, last: 0 },
  ]);
});

test('names of objects are labels like others', () => {
  const names = ['__proto__', 'constructor', 'toString'];
  expect(flowOf([step(0, brings(...names)), step(1, { carried: names })]).flows).toHaveLength(3);
});

test.each([
  [0, 'A'],
  [25, 'Z'],
  [26, 'A2'],
])('column %i is called %s', (place, name) => {
  expect(letterOf(place)).toBe(name);
});
