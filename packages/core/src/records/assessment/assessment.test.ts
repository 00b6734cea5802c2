/** An assessment says what is configured, and leaves to people what only they can decide. */
import { expect, test } from 'vitest';
import { createRegister } from '../../privacy/index.ts';
import { type AssessmentFacts, printAssessment } from './index.ts';

const FACTS: AssessmentFacts = {
  origin: 'log.example/a',
  register: createRegister({
    purposes: [
      {
        id: 'support',
        description: 'Answer | questions',
        data: ['history', 'contact'],
        basis: 'contract',
        retention: 'decision',
        recipients: ['help desk'],
        subject: 'person',
        notice: 'welcome',
        minimise: { 'crm/find': ['customer', 'address.city'], 'crm/all': 'everything' },
      },
      {
        id: 'insight',
        description: 'Learn',
        data: ['contact'],
        basis: 'legitimate_interests',
        retention: 'decision',
        recipients: [],
        subject: 'context.args.customer',
      },
    ],
    notices: [{ id: 'welcome', version: 1, texts: { en: 'Hello' } }],
  }),
  agents: ['bot'],
  servers: [{ name: 'crm', place: 'crm.example.org' }],
  tools: ['crm/find', 'crm/all'],
  policies: { mode: 'strict', files: ['10-start.cedar'] },
  detectors: [{ id: 'personal-data', mode: 'block' }],
  retention: [{ class: 'default', keeps: '400 days' }],
  destinations: [{ name: 'siem', place: 'siem.example.org', discloses: ['person'] }],
  protections: ['Bodies are sealed with AES-256-GCM'],
  approvers: ['ann'],
};

test('it is the document that was reviewed', async () => {
  await expect(printAssessment(FACTS).markdown).toMatchFileSnapshot('assessment.golden.md');
});

test('the same facts in another order make the same bytes', () => {
  const turned = { ...FACTS, tools: FACTS.tools.toReversed(), agents: [...FACTS.agents] };
  expect(printAssessment(turned)).toEqual(printAssessment(FACTS));
});

test('every marked place stands in the list at the end, under its number', () => {
  const { markdown, decisions } = printAssessment(FACTS);
  const marked = [...markdown.matchAll(/^> \*\*TO BE DECIDED (\d+):\*\* (.*)$/gm)].map(([, at, what]) => [
    at,
    what,
  ]);
  expect(marked).toEqual(decisions.map((what, at) => [String(at + 1), what]));
  for (const [at, what] of marked) expect(markdown).toContain(`\n${at}. ${what}\n`);
});

test.each([
  ['no register', { register: undefined }, 'no register of purposes'],
  ['a mode that permits', { policies: { mode: 'permissive', files: [] } }, 'mode `permissive`'],
  ['detectors that only observe', { detectors: [{ id: 'secrets', mode: 'observe' }] }, 'No detector blocks'],
  ['nobody who approves', { approvers: [] }, 'Nobody approves'],
])('%s is a decision that somebody has to answer for', (_what, change, words) => {
  const { register, ...rest } = { ...FACTS, ...change };
  const facts = register === undefined ? rest : { ...rest, register };
  expect(printAssessment(facts).decisions.some((one) => one.includes(words))).toBe(true);
  expect(printAssessment(FACTS).decisions.some((one) => one.includes(words))).toBe(false);
});

test('a name from outside ends no cell', () => {
  expect(printAssessment(FACTS).markdown).toContain('| Answer \\| questions |');
});
