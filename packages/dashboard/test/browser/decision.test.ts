// Why: a decision opens into the straight line it went through, with the policies that determined it and what would have changed the answer.
import { checkPolicySet, type EntryDetail, type EntryDraft, type JsonObject } from '@writ/core';
import { disclosedFields } from '@writ/core/records';
import { sampleDecision, sampleDraft } from '@writ/core/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ask } from '../../../server/test/enrolled.ts';
import {
  closeLoggingNodes,
  type LoggingNode,
  MIRROR,
  openLoggingNode,
  replicated,
} from '../../../server/test/logging.ts';
import { RollOutWorld, setOf } from '../../../server/test/roll-out.ts';
import {
  BROWSER,
  type Dashboard,
  expectAccessible,
  expectNoSidewaysScroll,
  openDashboard,
  screenshot,
  type Visitor,
} from './harness.ts';
import { HOSTILE_NAME, LONG } from './hostile.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const POLICIES = `@id("payments")
permit (principal, action == Action::"bank/pay", resource);

@id("large-payments")
@reason("Payments over 100 are refused.")
forbid (principal, action == Action::"bank/pay", resource)
when { context.args.amount > 100 }
unless { context.session.labels.contains("trusted") };

@id("payments-need-a-lead")
@verdict("step_up")
@approvers("leads")
@quorum("2")
forbid (principal, action == Action::"bank/pay", resource)
when { context.args.amount > 50 };
`;
const { policies: SET } = checkPolicySet({ sources: [{ name: 'main.cedar', text: POLICIES }] });
function named(policy: string): { readonly id: string; readonly contentHash: string } {
  const { id = '', contentHash = '' } = SET.find((one) => one.id === policy) ?? {};
  return { id, contentHash };
}
const [PERMIT, LARGE, LEAD] = [named('payments'), named('large-payments'), named('payments-need-a-lead')];
const CHECKS = [
  { id: 'secrets', version: '2', status: 'ran', mode: 'block' },
  { id: 'names', version: '1', status: 'failed', reason: 'detector.failed', mode: 'observe' },
] as const;
const SPENT = { identify: 38, admit: 1, facts: 74, decide: 3 };
const FIELDS = ['subject', 'session', 'target', 'input', 'reasons'];
const NARROW = { width: 320, height: 640 };
const USUAL = { width: 1_280, height: 800 };
const TALL = { width: 1_280, height: 1_500 };

describe.skipIf(BROWSER === undefined)('a decision', () => {
  let dashboard: Dashboard;
  let auditor: Visitor;
  const nodes: LoggingNode[] = [];
  let node: LoggingNode;
  /** Indexes of decisions in the node's log, by what they are here. */
  const at: Record<'allowed' | 'denied' | 'held' | 'killed' | 'sealed' | 'elsewhere', number> = {
    allowed: 0,
    denied: 0,
    held: 0,
    killed: 0,
    sealed: 0,
    elsewhere: 0,
  };

  beforeAll(async () => {
    dashboard = await openDashboard({ mirrorSigners: [MIRROR] });
    const { world } = dashboard;
    const version = await new RollOutWorld(world).propose(setOf(POLICIES, 'allow'));
    const { policyHash } = version.body as { policyHash: string };
    node = await openLoggingNode(world, nodes);
    const isTold: number[] = [];
    const decide = async (
      decision: Parameters<typeof sampleDecision>[0],
      more: { agent?: string; input?: JsonObject; reasons?: string[]; isTold?: boolean } = {},
    ): Promise<number> => {
      const { agent = 'billing-agent', input, reasons = ['Because.'] } = more;
      const index = await write(
        { kind: 'decision', decision: sampleDecision({ policyHash, checks: CHECKS, ...decision }) },
        {
          committed: {
            subject: {
              agent: { id: agent },
              person: { id: 'ada@example.org', roles: [] },
              chain: [{ id: 'planner' }],
            },
            session: { id: 'session-1' },
            target: [['bank/pay', 'tool', 'bank/pay', 'bank']],
            arguments: { amount: 250 },
            requestedDigest: 'a'.repeat(64),
            reasons,
          },
          input: {
            face: 'mcp_stdio',
            labels: ['source:web'],
            findings: [['email', null, '/to', 0, 3]],
            factsMissing: ['names'],
            needs: [],
            ...input,
          },
          ...(decision?.verdict === 'allow'
            ? { effects: [{ type: 'open', digest: `d${node.log.reader.size()}` }] }
            : {}),
        },
      );
      if (more.isTold !== false) isTold.push(index);
      return index;
    };
    at.allowed = await decide({
      verdict: 'allow',
      determining: [PERMIT],
      spentUs: SPENT,
    });
    await write({
      kind: 'outcome',
      outcome: 'performed',
      decisionOf: at.allowed,
      delivery: sampleDecision({ verdict: 'modify', determining: [], policyHash }),
      redactions: { email: 2 },
      spentUs: { record: 212, perform: 1_840, inspect: 66 },
    });
    at.held = await decide(
      {
        verdict: 'step_up',
        determining: [LEAD],
        held: [{ contentHash: LEAD.contentHash, quorum: 2 }],
      },
      { input: { asked: [{ answer: { held: [{ ...LEAD, approvers: ['leads'], quorum: 2 }] } }] } },
    );
    at.killed = await decide(
      {
        verdict: 'deny',
        source: 'admission',
        code: 'kill.agent',
        determining: [],
        determiningCount: 0,
        checks: [],
      },
      { agent: HOSTILE_NAME, input: { labels: [LONG, HOSTILE_NAME] }, reasons: [`${HOSTILE_NAME} ${LONG}`] },
    );
    at.sealed = await decide({ verdict: 'defer', determining: [LARGE] }, { isTold: false });
    at.elsewhere = await decide({ verdict: 'deny', policyHash: 'e'.repeat(64) });
    at.denied = await decide(
      { verdict: 'deny', determining: [LARGE], spentUs: SPENT },
      { reasons: ['Payments over 100 are refused.'] },
    );
    await node.log.publish();
    await replicated(world, node);
    const entries = isTold.map((index) => ({
      index,
      fields: disclosedFields(node.log.reader, index, FIELDS).map((field) => ({ ...field })),
    }));
    const batch = { from: 0, upTo: node.log.reader.size(), entries };
    const came = await ask(world, node, 'POST', '/v1/node/facts', batch);
    if (came.status !== 200) throw new Error(`refused: ${came.status}`);
    auditor = await dashboard.signIn(['auditor'], 'Ines');
  });
  afterAll(async () => {
    await closeLoggingNodes(nodes);
    await dashboard?.close();
  });

  async function write(detail: EntryDetail, rest: Partial<EntryDraft> = {}): Promise<number> {
    const time = dashboard.world.clock.now();
    const result = await node.log.writer.append(sampleDraft(detail, { time, tenant: 'default', ...rest }));
    if (result.status === 'refused') throw new Error(result.refusal);
    return result.index;
  }
  async function idOf(index: number): Promise<string> {
    const { body } = await dashboard.world.send('GET', '/v1/receipts?limit=50', {
      as: dashboard.world.people.auditor,
    });
    const items = body.items as readonly { readonly id: string; readonly receipt: string }[];
    const found = items.find(({ receipt }) => receipt.endsWith(`#${index}`));
    if (found === undefined) throw new Error(`no entry ${index}`);
    return found.id;
  }
  /** Opens the decision as a page of its own. */
  async function openDecision(which: keyof typeof at): Promise<Visitor['page']> {
    const page = await auditor.openPage(`/log/${await idOf(at[which])}`);
    await page.locator('[data-step="12"]').waitFor();
    return page;
  }
  const statesOf = async (page: Visitor['page']): Promise<readonly (string | null)[]> =>
    Promise.all((await page.locator('[data-step]').all()).map((one) => one.getAttribute('data-state')));
  const saying = (page: Visitor['page'], part: string) => page.getByRole('region', { name: part });

  test('a denied one ends where it was decided, and says by which policy, by which condition, and what would change that', async () => {
    const page = await openDecision('denied');
    expect(await statesOf(page)).toEqual([
      ...Array.from({ length: 5 }, () => 'passed'),
      'ended',
      'passed',
      ...Array.from({ length: 4 }, () => 'not_reached'),
      'passed',
    ]);
    const decide = page.locator('[data-step="6"]');
    await decide.getByText('Payments over 100 are refused.').waitFor();
    expect(await decide.locator('[data-condition]').allInnerTexts()).toEqual([
      'context.args.amount > 100',
      'context.session.labels.contains("trusted")',
    ]);
    expect(await saying(page, 'What the caller was told').innerText()).toContain(
      'Payments over 100 are refused.',
    );
    const changed = await saying(page, 'What would have changed the answer').innerText();
    expect(changed).toContain('If large-payments had not applied: one of its conditions');
    const facts = await page.locator('[data-step="5"]').innerText();
    for (const fact of ['secrets 2 ran', 'names 1 failed: detector.failed', 'source:web', 'email'])
      expect(facts).toContain(fact);
    expect(await page.locator('[data-step="3"]').innerText()).toMatch(
      /billing-agent[^]*ada@example\.org[^]*planner[^]*session-1/,
    );
    expect(await page.locator('[data-step="2"]').innerText()).toContain('Sealed at the node: arguments');
    await page.setViewportSize(TALL);
    await screenshot(page, 'decision');
    await page.setViewportSize(USUAL);
    await decide.getByRole('link', { name: 'organisation/main.cedar:4' }).click();
    await page.waitForURL('**/policies/*?tab=files');
    await page.getByText('large-payments').first().waitFor();
  });

  test('a permitted one is told to its end, with what was taken out of its result', async () => {
    const page = await openDecision('allowed');
    await expect.poll(() => statesOf(page)).toEqual(Array.from({ length: 12 }, () => 'passed'));
    await expect.poll(() => page.locator('[data-step="10"]').innerText()).toContain('email ×2');
    expect(await saying(page, 'What would have changed the answer').innerText()).toContain(
      'If payments had not applied, nothing would have permitted it.',
    );
    expect(await page.locator('[data-step="9"]').innerText()).toContain('1.8 ms');
    expect(await page.locator('[data-step="5"]').innerText()).toContain('74 µs');
    await page.setViewportSize(TALL);
    await screenshot(page, 'decision-allowed');
    await page.setViewportSize(USUAL);
  });

  test('a held one says who has to agree', async () => {
    const page = await openDecision('held');
    expect(await saying(page, 'What would have changed the answer').innerText()).toContain(
      'An approval by 2 different people of leads, as payments-need-a-lead asks.',
    );
    await page.locator('[data-step="6"]').getByText('@quorum').waitFor();
    expect(await page.locator('[data-step="6"]').getAttribute('data-state')).toBe('ended');
  });

  test('one of which nothing was disclosed says what is sealed, and makes nothing up', async () => {
    const page = await openDecision('sealed');
    expect(await page.locator('[data-step="3"]').innerText()).toContain(
      'Sealed at the node: who asked, and for whom, session.',
    );
    expect(await page.locator('[data-step="5"]').innerText()).not.toContain('none');
    expect(await saying(page, 'What would have changed the answer').innerText()).toContain(
      'Sealed at the node: which it is.',
    );
  });

  test('where its policies are not kept here the page says so, and still names them', async () => {
    const page = await openDecision('elsewhere');
    await page.getByText('No version with these policies is kept here').waitFor();
    await page.locator('[data-step="6"]').getByText('allow-reads').waitFor();
  });

  test('an outcome leads back to its decision, and so does the list, by keyboard', async () => {
    const page = await auditor.openPage('/log?kind=outcome');
    await page.getByRole('table').locator('[data-row]').first().focus();
    await page.keyboard.press('Enter');
    const link = page.getByRole('link', { name: 'The decision that it belongs to, and why' });
    await link.focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-step="12"]').waitFor();
    await page.getByRole('link', { name: 'organisation/main.cedar:1' }).focus();
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.search.includes('open'));
  });

  test('what agents wrote neither runs nor breaks the line, in either theme, at 400 % zoom and in print', async () => {
    const page = await openDecision('killed');
    expect(await statesOf(page)).toContain('ended');
    await page.locator('[data-step="3"]').getByText('U+202E').first().waitFor();
    expect(await page.getByText('was stopped by a kill switch').count()).toBeGreaterThan(0);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }
    await expectNoSidewaysScroll(page);
    for (const which of ['denied', 'killed'] as const) {
      await openDecision(which);
      if (which === 'denied') await page.locator('[data-condition]').first().waitFor();
      await page.setViewportSize(NARROW);
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      if (which === 'denied') await screenshot(page, 'decision-320');
      await page.setViewportSize(USUAL);
    }
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('[data-step="6"]').isVisible()).toBe(true);
    await page.emulateMedia({ media: 'screen' });
  });

  test('never asked for anything elsewhere, and nothing was refused by its policy', () => {
    expect(auditor.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});
