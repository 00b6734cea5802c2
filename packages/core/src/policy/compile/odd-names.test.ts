/** Ids and attributes hold any text; no text makes one policy stand, or read, where another does. */
import { expect, test } from 'vitest';
import { parsePolicies } from '../language/index.ts';
import { recordFromJson, Uid } from '../value/index.ts';
import { compileSet, createEntityStore } from './index.ts';
import type { SetEvaluation } from './compiled-set.ts';

const STORE = createEntityStore([]);

interface Asked {
  readonly principal?: Uid;
  readonly resource?: Uid;
  readonly context?: unknown;
}

function ask(texts: readonly string[], asked: Asked): SetEvaluation<string> {
  const policies = texts.map((text, at) => {
    const [tree] = parsePolicies({ name: 'test', text }).policies;
    if (tree === undefined) throw new Error(text);
    return { id: `p${at}`, tree, ref: `p${at}` };
  });
  const { principal = new Uid('User', 'u'), resource = new Uid('Doc', 'd'), context = {} } = asked;
  const request = {
    principal,
    action: new Uid('Action', 'x'),
    resource,
    context: recordFromJson(context as never),
  };
  return compileSet(policies).evaluate(request, STORE);
}

test('an id that looks like the key of another scope does not draw a policy to its place', () => {
  const decoy = String.raw`permit(principal == User::"a\n=Doc\0b", action, resource == Doc::"c");`;
  const meant = String.raw`forbid(principal == User::"a", action, resource == Doc::"b\n=Doc\0c");`;
  const asked = { principal: new Uid('User', 'a'), resource: new Uid('Doc', 'b\n=Doc\0c') };
  expect(ask([decoy, meant], asked).satisfied).toEqual(['p1']);
  expect(ask([meant, decoy], asked).satisfied).toEqual(['p0']);
});

test('an attribute that looks like a path does not read what another policy reads', () => {
  const texts = [
    'permit(principal, action, resource) when { context.a.b > 1 };',
    String.raw`forbid(principal, action, resource) when { context["a\0b"] > 1 };`,
  ];
  const context = { a: { b: 0 }, 'a\0b': 2 };
  expect(ask(texts, { context }).satisfied).toEqual(['p1']);
  expect(ask(texts.toReversed(), { context }).satisfied).toEqual(['p0']);
});

test('an attribute that looks like a path is not looked for where another policy looks', () => {
  const many = Array.from(
    { length: 9 },
    (_, at) => String.raw`permit(principal, action, resource) when { context["a\0b"].c == ${at} };`,
  );
  const meant = String.raw`forbid(principal, action, resource) when { context.a["b\0c"] == 7 };`;
  const context = { 'a\0b': { c: 3 }, a: { 'b\0c': 7 } };
  expect(ask([...many, meant], { context }).satisfied).toEqual(['p3', 'p9']);
  expect(ask([meant, ...many], { context }).satisfied.toSorted()).toEqual(['p0', 'p4']);
});
