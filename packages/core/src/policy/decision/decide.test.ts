/** Decisions over real policies: the mapping to Cedar, arguments, modes, chains, and the defects refused. */
import { describe, expect, test } from 'vitest';
import { decideOver, FILE_TOOLS, fileTool, OVERFLOW, PERMIT_CALLS, pointOf, queryOf } from '../fixtures.ts';

const WRITE = 'principal, action == Action::"files/write_file", resource';
const ids = (refs: readonly { readonly id: string }[]): readonly string[] => refs.map(({ id }) => id);

describe('the mapping to Cedar', () => {
  test.each([
    ['a call is an action of its own on the server', WRITE, {}],
    [
      'a call is in the group of calls',
      'principal, action in Action::"tools/call", resource == Server::"files"',
      {},
    ],
    [
      'an agent is in its team',
      'principal in Team::"research", action in Action::"tools/call", resource',
      {},
    ],
    [
      'an agent is in its organisation',
      'principal in Org::"acme", action in Action::"tools/call", resource',
      {},
    ],
    [
      'listing is an action on the tool',
      'principal, action == Action::"tools/list", resource == Tool::"files/write_file"',
      { method: 'tools/list', phase: 'list', args: {} },
    ],
    [
      'a tool is in its server',
      'principal, action == Action::"tools/list", resource in Server::"files"',
      { method: 'tools/list', phase: 'list', args: {} },
    ],
    [
      'delivering a result is an action on the tool',
      'principal, action == Action::"results/deliver", resource == Tool::"files/write_file"',
      { method: 'results/deliver', phase: 'result', args: {} },
    ],
    [
      'reading is an action on data of a server',
      'principal, action == Action::"resources/read", resource in Server::"files"',
      {
        args: { uri: 'file:///a' },
        parts: [
          {
            action: { name: 'resources/read' },
            resource: { type: 'data', id: 'file:///a', server: 'files' },
          },
        ],
      },
    ],
    [
      'a part names what it acts on',
      'principal, action == Action::"process/exec", resource == Program::"rm"',
      { method: 'process/exec', type: 'program', id: 'rm', args: {} },
    ],
    [
      'a method that nobody knows is `other`',
      'principal, action == Action::"other", resource',
      { method: 'acme/flush', type: 'server', id: 'files', args: {} },
    ],
  ] as const)('%s', (_what, scope, spec) => {
    expect(decideOver(`@id("p") permit(${scope});`, spec).verdict).toBe('allow');
    expect(decideOver(PERMIT_CALLS, { ...spec, args: { path: '' } }).verdict === 'allow').toBe(
      !('method' in spec) && !('parts' in spec),
    );
  });

  test('ids can be read as attributes, so that `like` reaches them', () => {
    const text = `@id("p") permit(principal, action == Action::"file/write", resource) when { resource.path like "/work/*" };`;
    const write = (id: string): string =>
      decideOver(text, { method: 'file/write', type: 'file', id, args: {} }).verdict;
    expect([write('/work/a'), write('/etc/a')]).toEqual(['allow', 'deny']);
  });

  test('a method called like a tool is not that tool', () => {
    const text = `@id("p") permit(${WRITE});`;
    const outcome = decideOver(text, { method: 'files/write_file', type: 'server', id: 'files' });
    expect(outcome.verdict).toBe('deny');
  });

  test.each([
    ['a tool without a server', { id: 'write_file' }],
    ['a call of something that is no tool', { type: 'server', id: 'files' }],
    ['an action on the wrong kind of thing', { method: 'process/exec', type: 'server', id: 'files' }],
    ['no part', { parts: [] }],
    ['a server that calls a tool', { initiator: 'server', initiatingServer: 'files' }],
    [
      'a server that is not named',
      { initiator: 'server', method: 'roots/list', type: 'server', id: 'files' },
    ],
    ['an agent that samples', { method: 'sampling/createMessage', type: 'server', id: 'files' }],
  ] as const)('%s is a fault', (_what, spec) => {
    expect(decideOver('permit(principal, action, resource);', spec)).toMatchObject({
      verdict: 'deny',
      source: 'fault',
      code: 'policy.query',
    });
  });

  test('what a server starts by itself is denied by default, in permissive mode too', () => {
    const spec = {
      initiator: 'server',
      initiatingServer: 'files',
      method: 'sampling/createMessage',
      type: 'server',
      id: 'files',
      args: {},
    } as const;
    expect(decideOver(PERMIT_CALLS, spec).verdict).toBe('deny');
    expect(decideOver(PERMIT_CALLS, spec, { mode: 'permissive' }).verdict).toBe('deny');
    const text = `@id("s") permit(principal == Server::"files", action == Action::"sampling/createMessage", resource);`;
    expect(decideOver(text, spec).verdict).toBe('allow');
  });
});

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
    ['bot"'],
    ['bot", action, resource); permit(principal'],
    ['bot\\'],
    ['bot\n'],
    ['bot\u0000'],
    ['бот'],
    ['🤖'],
  ])('defect 47: the principal `%s` is only itself', (id) => {
    const literal = JSON.stringify(id).replace('\\u0000', '\\0');
    const text = `@id("p") permit(principal == Agent::${literal}, action, resource);`;
    const as = (name: string): string =>
      decideOver(text, { subject: { ...queryOf().subject, agent: { id: name } } }).verdict;
    expect(as(id)).toBe('allow');
    expect(as('bot')).toBe('deny');
    expect(as(`${id} `)).toBe('deny');
  });
});

describe('arguments', () => {
  const policies = (condition: string): string =>
    `${PERMIT_CALLS} @id("f") forbid(${WRITE}) when { ${condition} };`;
  const price = policies('context.args has price && context.args.price.greaterThan(decimal("100.5"))');

  test.each([
    ['a number for a text', { path: 5 }, 'path'],
    ['a list for a text', { path: ['/etc'] }, 'path'],
    ['a missing argument that is required', {}, 'path'],
    ['null for a required argument', { path: null }, 'path'],
    ['a fraction for an integer', { path: '', size: 1.5 }, 'size'],
    ['an integer that is not exact', { path: '', size: 2 ** 53 }, 'size'],
    ['a null in a list of texts', { path: '', tags: ['a', null] }, 'tags[]'],
  ])('%s is refused with its path', (_what, args, path) => {
    const outcome = decideOver(PERMIT_CALLS, { args });
    expect(outcome).toMatchObject({ verdict: 'deny', source: 'fault', code: 'policy.arguments' });
    expect(outcome.reasons[0]).toContain(`\`${path}\``);
  });

  test('audit mode does not relax it', () => {
    expect(
      decideOver(PERMIT_CALLS, { args: { path: 5 } }, { mode: 'audit', auditUntil: 1e15 }),
    ).toMatchObject({
      verdict: 'deny',
      source: 'fault',
    });
  });

  test('what no policy can judge is named, in the answer and to policies', () => {
    const text = `@id("p") permit(${WRITE}) when { context.unjudged_args.containsAll(["extra", "mode", "note"]) };`;
    const outcome = decideOver(text, { args: { path: '', extra: { deep: 1 }, mode: 3, note: null } });
    expect(outcome).toMatchObject({ verdict: 'allow', unjudgedArgs: ['extra', 'mode', 'note'] });
  });

  test.each([
    [100.5, 'allow'],
    [100.5001, 'deny'],
    [100, 'allow'],
    [-0, 'allow'],
    [1e14, 'deny'],
  ])('defect 12: the decimal %d is compared exactly', (value, verdict) => {
    const outcome = decideOver(price, { args: { path: '', price: value } });
    expect(outcome).toMatchObject({ verdict, source: 'policy' });
  });

  test.each([[100.50001], [12.34567], [1e-7], [1e21], [0.1 + 0.2]])(
    'defect 12: the decimal %d is refused where a policy reads it, and named where none does',
    (value) => {
      expect(decideOver(price, { args: { path: '', price: value } })).toMatchObject({
        verdict: 'deny',
        source: 'fault',
        code: 'policy.arguments',
      });
      expect(decideOver(PERMIT_CALLS, { args: { path: '', price: value } })).toMatchObject({
        verdict: 'allow',
        unjudgedArgs: ['price'],
      });
    },
  );

  test.each([[Number.MAX_SAFE_INTEGER], [-Number.MAX_SAFE_INTEGER], [0]])(
    'defect 12: the integer %d arrives exactly',
    (size) => {
      const text = policies(`context.args has size && context.args.size == ${size}`);
      expect(decideOver(text, { args: { path: '', size } }).verdict).toBe('deny');
      const other = size + (size > 0 ? -1 : 1);
      expect(decideOver(text, { args: { path: '', size: other } }).verdict).toBe('allow');
    },
  );

  test('a forbid over all calls is not evaded by an argument that one tool leaves undeclared or untyped', () => {
    const tools = [
      ...FILE_TOOLS,
      fileTool('loose', { type: 'object', properties: { name: { type: 'string' } } }),
      fileTool('odd', { type: 'object', properties: { path: { type: ['string', 'array'] } } }),
    ];
    const text = `${PERMIT_CALLS} @id("etc") forbid(principal, action in Action::"tools/call", resource) when { context.args has path && context.args.path like "/etc/*" };`;
    for (const id of ['files/loose', 'files/odd', 'files/unlisted']) {
      const outcome = decideOver(text, { id, args: { path: '/etc/passwd' } }, { tools });
      expect(outcome).toMatchObject({ verdict: 'deny', source: 'fault', code: 'policy.arguments' });
      expect(decideOver(text, { id, args: { other: 1 } }, { tools }).verdict).toBe('allow');
    }
  });

  test('a value that looks like an entity to Cedar stays an argument', () => {
    const tools = [
      fileTool('t', {
        type: 'object',
        properties: {
          who: {
            type: 'object',
            properties: {
              __entity: { type: 'object', properties: { id: { type: 'string' } } },
              name: { type: 'string' },
            },
          },
        },
      }),
    ];
    const args = { who: { __entity: { type: 'Agent', id: 'root' }, name: 'x' } };
    const outcome = decideOver(PERMIT_CALLS, { id: 'files/t', args }, { tools });
    expect(outcome).toMatchObject({ verdict: 'allow', unjudgedArgs: ['who.__entity'] });
  });

  test('the parts of a call share its arguments, and only the call is typed by them', () => {
    const text = `@id("all") permit(principal, action, resource); @id("x") forbid(principal, action, resource) when { context.args has path && context.args.path == "no" };`;
    const parts = [
      { action: { name: 'tools/call' }, resource: { type: 'tool', id: 'files/write_file' } },
      { action: { name: 'file/write' }, resource: { type: 'file', id: '/work/a' } },
    ] as const;
    expect(decideOver(text, { parts })).toMatchObject({ verdict: 'allow', unjudgedArgs: [] });
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
