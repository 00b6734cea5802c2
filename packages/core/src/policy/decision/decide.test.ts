/** Decisions over real policies: the defects refused, delegation, waiting, obligations and modes. */
import { describe, expect, test } from 'vitest';
import { decideOver, OVERFLOW, PERMIT_CALLS, pointOf, queryOf } from '../fixtures.ts';

const WRITE = 'principal, action == Action::"files/write_file", resource';
const ids = (refs: readonly { readonly id: string }[]): readonly string[] => refs.map(({ id }) => id);

describe('defects refused', () => {
  test('defect 3: a forbid that fails denies, and is recorded as an error', () => {
    const text = `${PERMIT_CALLS} @id("slip") forbid(${WRITE}) when { ${OVERFLOW} };`;
    const outcome = decideOver(text);
    expect(outcome).toMatchObject({ verdict: 'deny', source: 'policy' });
    expect(outcome.errors).toEqual([expect.objectContaining({ policy: 'slip', code: 'policy.evaluation' })]);
    expect(outcome.reasons).toEqual(['policy `slip` could not be evaluated']);
  });

  test('a permit that fails is no permit', () => {
    const outcome = decideOver(`@id("slip") permit(${WRITE}) when { ${OVERFLOW} };`);
    expect(outcome.verdict).toBe('deny');
    expect(ids(outcome.errors.map(({ policy }) => ({ id: policy })))).toEqual(['slip']);
  });

  test('a permit that carries an obligation and fails denies', () => {
    const text = `${PERMIT_CALLS} @id("slip") @redact("secret") permit(${WRITE}) when { ${OVERFLOW} };`;
    expect(decideOver(text).verdict).toBe('deny');
  });

  test('defect 4: a permit never beats a forbid that asks', () => {
    const text = `${PERMIT_CALLS} @id("ask") @verdict("step_up") forbid(${WRITE});`;
    expect(decideOver(text)).toMatchObject({
      verdict: 'step_up',
      held: [{ id: 'ask', quorum: 1, approvers: [] }],
    });
  });

  test('nobody is asked for what no approval could permit', () => {
    expect(decideOver(`@id("ask") @verdict("step_up") forbid(${WRITE});`).verdict).toBe('deny');
  });

  test('defect 5: what is absent satisfies no permit', () => {
    const text = `@id("p") permit(${WRITE}) when { context has purpose && context.purpose != "test" };
      @id("q") permit(${WRITE}) when { context has user && !context.user.roles.contains("guest") };`;
    expect(decideOver(text).verdict).toBe('deny');
    expect(decideOver(text, { context: { purpose: 'work' } }).verdict).toBe('allow');
  });

  test('a purpose that is not in force is absent, and its status says why', () => {
    const text = `@id("p") permit(${WRITE}) when { context has purpose };
      @id("why") forbid(${WRITE}) when { context has purpose_status && context.purpose_status == "withdrawn" };`;
    const determining = [{ id: 'why' }];
    expect(decideOver(text, { context: { purposeStatus: 'withdrawn' } })).toMatchObject({ determining });
    expect(decideOver(text, { context: { purpose: 'work', purposeStatus: 'in_force' } }).verdict).toBe(
      'allow',
    );
    expect(decideOver(text).verdict).toBe('deny');
  });

  test('defect 7: an early permit shadows no later forbid', () => {
    const permit = `@id("read") permit(principal, action, resource);`;
    const forbid = `@id("secrets") forbid(principal, action == Action::"files/read_file", resource) when { context.args.path like "*secret*" };`;
    const spec = { id: 'files/read_file', args: { path: '/secrets/key' } };
    expect(decideOver(`${permit}\n${forbid}`, spec).verdict).toBe('deny');
    expect(decideOver(`${forbid}\n${permit}`, spec).verdict).toBe('deny');
  });

  test('defect 11: a forbid on calling leaves the tool in the list', () => {
    const text = `@id("all") permit(principal, action, resource); @id("no") @reason("read only") forbid(${WRITE});`;
    const list = { method: 'tools/list', phase: 'list', args: {} } as const;
    expect(decideOver(text, list).verdict).toBe('allow');
    expect(decideOver(text)).toMatchObject({ verdict: 'deny', reasons: ['read only'] });
  });

  test('a denial by default says what no policy permits', () => {
    expect(decideOver('@id("x") permit(principal == Agent::"other", action, resource);').reasons).toEqual([
      'no policy permits `tools/call` on `files/write_file`',
    ]);
  });

  test.each([
    ['a quote', 'bot"'],
    ['policy text', 'bot", action, resource); permit(principal'],
    ['a backslash', 'bot\\'],
    ['a line break', 'bot\n'],
    ['a NUL', 'bot\u0000'],
    ['other letters', 'бот'],
    ['an astral character', '🤖'],
  ])('defect 47: a principal whose id holds %s is only itself', (_what, id) => {
    const literal = JSON.stringify(id).replace('\\u0000', '\\0');
    const text = `@id("p") permit(principal == Agent::${literal}, action, resource);`;
    const as = (name: string): string =>
      decideOver(text, { subject: { ...queryOf().subject, agent: { id: name } } }).verdict;
    expect(as(id)).toBe('allow');
    expect(as('bot')).toBe('deny');
    expect(as(`${id} `)).toBe('deny');
  });
});

describe('parts and delegation', () => {
  const chained = { ...queryOf().subject, chain: [{ id: 'boss', team: 'sales' }] };

  test('every agent of the chain is judged, and the most restrictive verdict wins', () => {
    const text = `${PERMIT_CALLS} @id("no-sales") forbid(principal in Team::"sales", action, resource);`;
    expect(decideOver(text).verdict).toBe('allow');
    expect(decideOver(text, { subject: chained })).toMatchObject({
      verdict: 'deny',
      determining: [{ id: 'no-sales' }],
    });
  });

  test('a delegator that nothing permits denies, by name', () => {
    const text = `@id("bot") permit(principal == Agent::"bot", action, resource);`;
    expect(decideOver(text, { subject: chained }).reasons).toEqual([
      'no policy permits `tools/call` on `files/write_file` for `boss`',
    ]);
  });

  test('every part is judged and recorded in order', () => {
    const text = `${PERMIT_CALLS} @id("rm") @verdict("step_up") forbid(principal, action == Action::"process/exec", resource) when { resource.name == "rm" };
      @id("exec") permit(principal, action == Action::"process/exec", resource);`;
    const parts = [
      { action: { name: 'tools/call' }, resource: { type: 'tool', id: 'files/write_file' } },
      { action: { name: 'process/exec' }, resource: { type: 'program', id: 'rm' } },
    ] as const;
    const outcome = decideOver(text, { parts });
    expect(outcome.verdict).toBe('step_up');
    expect(outcome.parts.map(({ verdict, determining }) => [verdict, ids(determining)])).toEqual([
      ['allow', ['calls']],
      ['step_up', ['rm']],
    ]);
  });
});

describe('waiting', () => {
  const text = `${PERMIT_CALLS}
    @id("ask") @verdict("step_up") @approvers("bob,alice") @quorum("2") @timeout("15m") forbid(${WRITE});
    @id("ask-too") @verdict("step_up") forbid(${WRITE}) when { context.args.path like "/prod/*" };
    @id("mfa") @verdict("defer") @needs("context.user.mfa") forbid(${WRITE}) when { context.args.path like "/hr/*" } unless { context has user && context.user has mfa && context.user.mfa };`;
  const prod = { args: { path: '/prod/x' } };

  test('each forbid that waits says who may lift it', () => {
    expect(decideOver(text, prod).held).toMatchObject([
      { id: 'ask', approvers: ['alice', 'bob'], quorum: 2, timeoutMs: 900_000 },
      { id: 'ask-too', approvers: [], quorum: 1 },
    ]);
  });

  test('an approval lifts exactly the forbids it names', () => {
    const held = decideOver(text, prod).held;
    const lift = (...hashes: readonly string[]): readonly string[] => {
      const outcome = decideOver(text, { ...prod, lifted: new Set(hashes) });
      return [outcome.verdict, ...ids(outcome.held)];
    };
    expect(lift()).toEqual(['step_up', 'ask', 'ask-too']);
    expect(lift(held[0]?.contentHash ?? '')).toEqual(['step_up', 'ask-too']);
    expect(lift(...held.map(({ contentHash }) => contentHash))).toEqual(['allow']);
    expect(lift('0'.repeat(64))).toEqual(['step_up', 'ask', 'ask-too']);
  });

  test('an approval lifts no forbid that denies or defers', () => {
    const denying = `${text} @id("no") forbid(${WRITE});`;
    const all = pointOf(denying);
    const { determining } = all.decide(queryOf(prod));
    expect(
      all.decide(queryOf({ ...prod, lifted: new Set(determining.map(({ contentHash }) => contentHash)) }))
        .verdict,
    ).toBe('deny');
    const deferred = decideOver(text, { args: { path: '/hr/x' } });
    const lifted = new Set(deferred.determining.map(({ contentHash }) => contentHash));
    expect(decideOver(text, { args: { path: '/hr/x' }, lifted }).verdict).toBe('defer');
  });

  test('a deferral says what it needs', () => {
    expect(decideOver(text, { args: { path: '/hr/x' } })).toMatchObject({
      verdict: 'defer',
      needs: ['context.user.mfa'],
      held: [],
    });
    const person = { id: 'ann', roles: [], mfa: true };
    expect(
      decideOver(text, { args: { path: '/hr/x' }, subject: { ...queryOf().subject, person } }).verdict,
    ).toBe('step_up');
  });
});

describe('obligations', () => {
  const text = `@id("a") @redact("secret,payment-card") @label("files") permit(principal, action == Action::"results/deliver", resource);
    @id("b") @redact("secret,iban") permit(principal, action == Action::"results/deliver", resource);
    @id("c") @redact("email") permit(principal, action == Action::"results/deliver", resource) when { context.findings.contains("email") };
    @id("d") @redact("secret") permit(${WRITE});`;
  const result = { method: 'results/deliver', phase: 'result', args: {} } as const;

  test('of all satisfied policies are united', () => {
    expect(decideOver(text, result)).toMatchObject({
      verdict: 'modify',
      obligations: [
        { type: 'redact', target: 'result', kinds: ['iban', 'payment-card', 'secret'] },
        { type: 'label', labels: ['files'] },
      ],
    });
  });

  test('on a call change the arguments', () => {
    expect(decideOver(text)).toMatchObject({
      verdict: 'modify',
      obligations: [{ type: 'redact', target: 'arguments', kinds: ['secret'] }],
    });
  });

  test('facts about the result are there to be read', () => {
    const failing = `@id("e") permit(principal, action == Action::"results/deliver", resource) when { context has is_error && context.is_error };`;
    expect(decideOver(failing, { ...result, context: { isError: true } }).verdict).toBe('allow');
    expect(decideOver(failing, { ...result, context: { isError: false } }).verdict).toBe('deny');
  });
});

describe('modes', () => {
  const forbid = `${PERMIT_CALLS} @id("no") forbid(${WRITE});`;

  test('permissive: no permit counts as a permit, a forbid still binds', () => {
    expect(
      decideOver(
        '@id("x") forbid(principal, action == Action::"files/read_file", resource);',
        {},
        { mode: 'permissive' },
      ).verdict,
    ).toBe('allow');
    expect(decideOver(forbid, {}, { mode: 'permissive' }).verdict).toBe('deny');
  });

  test('audit: the verdict is allow and the other stands as `would`, until its end', () => {
    const at = (time: number) =>
      decideOver(forbid, { context: { time } }, { mode: 'audit', auditUntil: 1000 });
    expect(at(999)).toMatchObject({
      verdict: 'allow',
      would: 'deny',
      mode: 'audit',
      determining: [{ id: 'no' }],
    });
    expect(at(1000)).toMatchObject({ verdict: 'deny', mode: 'strict' });
    expect(at(1000)).not.toHaveProperty('would');
  });

  test('a policy that is only watched changes nothing but `would`', () => {
    const text = `${PERMIT_CALLS} @id("new") @mode("audit") forbid(${WRITE});`;
    expect(decideOver(text)).toMatchObject({
      verdict: 'allow',
      would: 'deny',
      mode: 'strict',
      reasons: ['policy `new`, only watched, would answer `deny`'],
    });
    expect(decideOver(text, { context: { time: 1000 } }, { auditUntil: 1000 }).verdict).toBe('deny');
  });
});
