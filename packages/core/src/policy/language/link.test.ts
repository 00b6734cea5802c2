/** Templates become the policies that links make of them, and nothing less. */
import { describe, expect, test } from 'vitest';
import { parseSources, printPolicies, type TemplateLink } from './index.ts';

const USER = { type: 'Agent', id: 'bot' };
const BOX = { type: 'Server', id: 'mail' };

function linked(text: string, link: Omit<TemplateLink, 'template' | 'id'>) {
  const { policies, problems } = parseSources(
    [{ name: 't.cedar', text: `@id("t") ${text}` }],
    [{ template: 't', id: 'l', ...link }],
  );
  return {
    text: printPolicies(policies.map(({ tree }) => tree)).replaceAll(/\s+/g, ' '),
    problems: problems.map(({ message }) => message),
  };
}

describe('a link fills', () => {
  test.each([
    [
      'principal == ?principal',
      'permit(principal == ?principal, action, resource);',
      { principal: USER },
      'principal == Agent::"bot"',
    ],
    [
      'principal in ?principal',
      'permit(principal in ?principal, action, resource);',
      { principal: USER },
      'principal in Agent::"bot"',
    ],
    [
      'resource in ?resource',
      'forbid(principal, action, resource in ?resource);',
      { resource: BOX },
      'resource in Server::"mail"',
    ],
    [
      'is … in ?resource',
      'forbid(principal, action, resource is Tool in ?resource);',
      { resource: BOX },
      'resource is Tool in Server::"mail"',
    ],
  ])('%s', (_scope, text, link, expected) => {
    const found = linked(text, link);
    expect(found.problems).toEqual([]);
    expect(found.text).toContain(expected);
  });
});

describe('a link is a problem', () => {
  const TEXT = 'permit(principal in ?principal, action, resource);';
  test.each([
    ['without a value for a slot', {}, /slot `\?principal` of the template has no value/],
    [
      'with a value for a slot that is not there',
      { principal: USER, resource: BOX },
      /has no slot `\?resource`/,
    ],
  ])('%s', (_what, link, message) => {
    expect(linked(TEXT, link).problems).toEqual([expect.stringMatching(message)]);
  });

  test('of a template that is not there, and of a policy that is none', () => {
    const of = (template: string) =>
      parseSources(
        [{ name: 'a', text: '@id("p") permit(principal, action, resource);' }],
        [{ template, id: 'l' }],
      ).problems;
    expect(of('nobody')).toHaveLength(1);
    expect(of('p')).toHaveLength(1);
  });
});
