import { createSigningKey, parseApproverKey, publicKeyText, systemRandom } from '@writ/core';
import { expect, test } from 'vitest';
import { approversHere } from './approvers-here.ts';

function approver(id: string, { key } = createSigningKey(id, systemRandom)) {
  return { id, groups: [], ...parseApproverKey(publicKeyText(key)) };
}
const olga = approver('olga');
const ann = approver('ann');
const config = (beside: boolean) => ({
  approvals: { approvers: [olga], beside, holdMs: 1, timeoutMs: 1_000 },
});

test('people of the control plane beside approve only where the configuration says so', () => {
  const beside = { approvers: () => [ann] };
  expect(approversHere(config(false), beside, undefined)()).toEqual([olga]);
  expect(approversHere(config(true), beside, undefined)()).toEqual([olga, ann]);
  expect(approversHere(config(true), undefined, undefined)()).toEqual([olga]);
});

test('who may decide no more approves nothing from then on', () => {
  let people = [ann];
  const approvers = approversHere(config(true), { approvers: () => people }, undefined);
  expect(approvers()).toContain(ann);
  people = [];
  expect(approvers()).toEqual([olga]);
});

test('neither the agent nor another name for a configured key is among them', () => {
  const agent = createSigningKey('agent', systemRandom);
  const people = [approver('the agent as a person', agent), { ...olga, id: 'not olga', groups: ['leads'] }];
  expect(approversHere(config(true), { approvers: () => people }, agent.key)()).toEqual([olga]);
});
