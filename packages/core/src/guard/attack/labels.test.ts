/** Obligations of everything that was decided, and labels that nobody washes. */
import { describe, expect, test } from 'vitest';
import { type GuardWorld, toolCall } from '../../testing/index.ts';
import { around, CALL, counted, DELIVER, labelsOf, MAIL, PERMIT_ALL, world } from './fixtures.ts';

describe('obligations and labels', () => {
  test('what one result brings decides the next action of its session', async () => {
    const here = await world({
      policies: `${CALL}
@id("taint") @label("untrusted") permit(principal, action == Action::"results/deliver", resource == Tool::"web/fetch");
@id("results-of-mail") permit(principal, action == Action::"results/deliver", resource == Tool::"mail/send");
@id("no-mail-after-web") forbid(principal, action == Action::"mail/send", resource) when { context.session.labels.contains("untrusted") };`,
    });
    const mail = counted();
    expect(await here.guard.enforce(toolCall('mail/send', {}), mail.perform)).toMatchObject({
      verdict: 'allow',
    });
    expect(await here.guard.enforce(toolCall('web/fetch', {}), counted().perform)).toMatchObject({
      verdict: 'allow',
    });
    expect(await here.guard.enforce(toolCall('mail/send', {}), mail.perform)).toMatchObject({
      verdict: 'deny',
      decision: { determining: [{ id: 'no-mail-after-web' }] },
    });
    expect(mail.runs).toHaveLength(1);
  });

  test.each<[string, string, readonly string[] | undefined]>([
    ['the one that a policy asks for', 'context.session.labels.contains("secret")', ['secret']],
    [
      'both where either would have sufficed',
      'context.session.labels.contains("secret") || context.session.labels.contains("web")',
      ['secret', 'web'],
    ],
    [
      'one where both were needed',
      'context.session.labels.contains("secret") && context.session.labels.contains("web")',
      ['web'],
    ],
    ['none where it was refused whatever the session carries', 'true', undefined],
    ['none where only the lack of a label refuses', '!context.session.labels.contains("cleared")', undefined],
  ])('a refused call says which labels it is owed to: %s', async (_which, condition, deciding) => {
    const here = await world({
      policies: `${CALL} ${DELIVER}
@id("l") @label("secret,web") permit(principal, action == Action::"hr/read", resource);
@id("f") forbid(principal, action == Action::"web/post", resource) when { ${condition} };`,
    });
    await here.guard.enforce(toolCall('hr/read', {}), counted().perform);
    const end = await here.guard.enforce(toolCall('web/post', {}), counted().perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { determining: [{ id: 'f' }] } });
    const { input } = here.log.reader.body(Number(end.receipt?.split('#')[1])) as {
      input: { labels: readonly string[]; decidingLabels?: readonly string[] };
    };
    expect(input.labels).toEqual(['secret', 'web']);
    expect(input.decidingLabels).toEqual(deciding);
  });

  test('a permitted call owes its answer to no label', async () => {
    const here = await world({
      policies: `${PERMIT_ALL} @id("l") @label("secret") permit(principal, action == Action::"hr/read", resource);`,
    });
    await here.guard.enforce(toolCall('hr/read', {}), counted().perform);
    const end = await here.guard.enforce(toolCall('web/post', {}), counted().perform);
    const body = here.log.reader.body(Number(end.receipt?.split('#')[1]));
    expect(JSON.stringify(body)).not.toContain('decidingLabels');
  });

  test('labels of the requested and of the changed arguments join', async () => {
    const here = await world({
      policies: `${DELIVER} ${CALL}
        @id("before") @redact("email") @label("personal") permit(principal, action in Action::"tools/call", resource) when { context.findings.contains("email") };
        @id("after") @label("cleaned") permit(principal, action in Action::"tools/call", resource) unless { context.findings.contains("email") };`,
    });
    const end = await here.guard.enforce(toolCall('notes/add', { text: MAIL }), counted().perform);
    expect(end.decision.determining.map(({ id }) => id).sort()).toEqual(['after', 'before', 'calls']);
    expect(end.decision.obligations).toEqual([
      { type: 'redact', target: 'arguments', kinds: ['email'] },
      { type: 'label', labels: ['cleaned', 'personal'] },
    ]);
    expect(await labelsOf(here)).toEqual(['cleaned', 'personal']);
  });

  test('labels of a call and of its result are durable before anything is delivered', async () => {
    let joined: readonly string[] = [];
    const here: GuardWorld = await world({
      policies: `${CALL.replace('permit', '@label("a") permit')} ${DELIVER.replace('permit', '@label("b") permit')}`,
      ...around('outcome', {
        after: async () => {
          joined = Array.from({ length: here.log.reader.size() }).length > 0 ? ['written'] : [];
        },
      }),
    });
    await here.guard.enforce(toolCall('hr/read', {}), counted().perform);
    expect(joined).toEqual(['written']);
    expect(await labelsOf(here)).toEqual(['a', 'b']);
  });

  test('a session that claims another name keeps its labels', async () => {
    const here = await world({
      policies: `${CALL} ${DELIVER} @id("l") @label("secret") permit(principal, action == Action::"hr/read", resource); @id("f") forbid(principal, action == Action::"web/post", resource) when { context.session.labels.contains("secret") };`,
    });
    await here.guard.enforce(toolCall('hr/read', {}, { sessionClaim: 'one' }), counted().perform);
    const tool = counted();
    const end = await here.guard.enforce(toolCall('web/post', {}, { sessionClaim: 'two' }), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { determining: [{ id: 'f' }] } });
    expect(tool.runs).toHaveLength(0);
  });

  test('people the agent acts for do not share a session', async () => {
    const sessionOf = async (person?: string): Promise<unknown> => {
      const here = await world(person === undefined ? {} : { ports: { person: { id: person, roles: [] } } });
      await here.guard.enforce(toolCall('x/y', {}), counted().perform);
      return (here.log.reader.body(2) as { fields: { session: unknown } }).fields.session;
    };
    const sessions = await Promise.all([sessionOf(), sessionOf('ann'), sessionOf('bo'), sessionOf('ann')]);
    expect(new Set(sessions.map((session) => JSON.stringify(session))).size).toBe(3);
  });

  test('what a list shows labels the session', async () => {
    const here = await world({
      policies: `${PERMIT_ALL} @id("l") @label("untrusted") permit(principal, action == Action::"tools/list", resource);`,
    });
    await here.guard.list({
      ...toolCall('x/y', {}),
      phase: 'list',
      method: 'tools/list',
      parts: [{ action: { name: 'tools/list' }, resource: { type: 'tool', id: 'x/y' } }],
    });
    expect(await labelsOf(here)).toEqual(['untrusted']);
  });
});
