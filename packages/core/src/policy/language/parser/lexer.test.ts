/** A text reads as a person sees it, and as every other engine of Cedar reads it. */
import { policySetTextToParts } from '@cedar-policy/cedar-wasm/nodejs';
import { expect, test } from 'vitest';
import { parsePolicies } from './index.ts';

const FORBID = 'forbid(principal, action, resource);';
const PERMIT = 'permit(principal, action, resource) when { "ab" like "a*" && context has a }; // end';

function effectsOf(text: string): readonly string[] | undefined {
  const { policies, problems } = parsePolicies({ name: 'a.cedar', text });
  return problems.length > 0 ? undefined : policies.map(({ effect }) => effect);
}

test.each([
  ['a carriage return', '\r', ['forbid']],
  ['both', '\r\n', ['forbid']],
  ['a line feed', '\n', ['forbid']],
  ['a line separator', '\u2028', []],
  ['a vertical tab', '\v', []],
])('a comment ends at %s as it does in Cedar, and nowhere else', (_what, end, effects) => {
  expect(effectsOf(`// nothing to see${end}${FORBID}`)).toEqual(effects);
});

test('a text says how lines end in it with an escape, so that a carriage return is refused', () => {
  for (const literal of ['"a\rb"', '"a\r\nb"', '"\\\\\r"'])
    for (const operator of ['==', 'like']) {
      const text = `permit(principal, action, resource) when { context.a ${operator} ${literal} };`;
      const [problem] = parsePolicies({ name: 'a', text }).problems;
      expect(problem?.message).toBe('`␍` is no escape');
      expect(problem?.hint).toContain('\\r');
    }
});

test('a byte order mark begins a text and stands nowhere else', () => {
  expect(effectsOf(`\ufeff${FORBID}`)).toEqual(['forbid']);
  expect(effectsOf(`forbid\ufeff(principal, action, resource);`)).toBeUndefined();
});

test('a name that every object has is no hint', () => {
  const [problem] = parsePolicies({ name: 'a', text: 'constructor(principal);' }).problems;
  expect(problem?.hint).not.toBeTypeOf('function');
});

test('one odd character anywhere is read or refused as the official engine does', () => {
  const odd =
    '\r \n \u0085 \u2028 \u2029 \u200b \u00a0 \v \f \u202e \0 \u00ad \u3000 \u001c ／ “ \' " \\ # _ 0 : = ~ . ? @ % / - ! ; ,';
  const differences: string[] = [];
  for (const character of new Set(odd))
    for (let at = 0; at <= PERMIT.length; at += 1) {
      const text = PERMIT.slice(0, at) + character + PERMIT.slice(at);
      const official = policySetTextToParts(text);
      const expected = official.type === 'success' ? official.policies.length : undefined;
      if (effectsOf(text)?.length !== expected) differences.push(JSON.stringify(text));
    }
  expect(differences).toEqual([]);
});
