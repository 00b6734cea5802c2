/** Redaction is complete or nothing passes. */
import { describe, expect, test } from 'vitest';
import type { Detector } from '../../model/index.ts';
import { toolCall } from '../../testing/index.ts';
import { CALL, CARD, counted, DELIVER, MAIL, world } from './fixtures.ts';

describe('redaction that cannot be done', () => {
  const silent: Detector = { id: 'cards', version: '1', kinds: ['payment-card'], detect: () => [] };
  const broken: Detector = {
    ...silent,
    detect: () => {
      throw new Error('bug');
    },
  };
  const REDACT_ARGUMENTS = `${CALL.replace('permit', '@redact("payment-card") permit')} ${DELIVER}`;
  const REDACT_RESULTS = `${CALL} ${DELIVER.replace('permit', '@redact("payment-card") permit')}`;
  /** Past what one string is scanned for. */
  const LONG = `${'words and more '.repeat(40_000)}${CARD}`;

  test('text past the bound of detectors is not delivered as if it were redacted', async () => {
    const here = await world({ policies: REDACT_RESULTS });
    const end = await here.guard.enforce(toolCall('files/read', {}), counted({ text: LONG }).perform);
    expect(end).toMatchObject({ outcome: 'withheld', delivery: { code: 'guard.redaction-incomplete' } });
    expect(JSON.stringify(end)).not.toContain(CARD);
  });

  test('a policy that redacts what was not looked at, too, delivers the rest', async () => {
    const here = await world({
      policies: REDACT_RESULTS.replace('"payment-card"', '"payment-card,oversize"'),
    });
    const end = await here.guard.enforce(toolCall('files/read', {}), counted({ text: LONG }).perform);
    expect(end).toMatchObject({ verdict: 'modify', outcome: 'performed' });
    expect(JSON.stringify(end)).not.toContain(CARD);
  });

  test('arguments past the bound of detectors are not performed as if they were redacted', async () => {
    const here = await world({ policies: REDACT_ARGUMENTS });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('notes/add', { text: LONG }), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'guard.redaction-incomplete' } });
    expect(tool.runs).toHaveLength(0);
  });

  test.each([
    ['failed, though it only observes', [{ detector: broken, mode: 'observe' as const }]],
    ['is not configured', []],
  ])('a check for what must be redacted that %s lets nothing through', async (_why, detectors) => {
    const results = await world({ policies: REDACT_RESULTS, ports: { detectors } });
    expect(
      await results.guard.enforce(toolCall('files/read', {}), counted({ text: CARD }).perform),
    ).toMatchObject({ outcome: 'withheld', delivery: { code: 'guard.redaction-incomplete' } });
    const args = await world({ policies: REDACT_ARGUMENTS, ports: { detectors } });
    const tool = counted();
    expect(await args.guard.enforce(toolCall('notes/add', { text: CARD }), tool.perform)).toMatchObject({
      verdict: 'deny',
      decision: { code: 'guard.redaction-incomplete' },
    });
    expect(tool.runs).toHaveLength(0);
  });

  test('a check that ran and found nothing is enough', async () => {
    const here = await world({
      policies: REDACT_ARGUMENTS,
      ports: { detectors: [{ detector: silent, mode: 'block' }] },
    });
    expect(await here.guard.enforce(toolCall('notes/add', {}), counted().perform)).toMatchObject({
      verdict: 'allow',
    });
  });

  test('what only the changed arguments must be rid of needs its own check', async () => {
    const here = await world({
      policies: `${DELIVER}
        @id("first") @redact("email") permit(principal, action in Action::"tools/call", resource) when { context.findings.contains("email") };
        @id("second") @redact("shoe-size") permit(principal, action in Action::"tools/call", resource) unless { context.findings.contains("email") };`,
    });
    const tool = counted();
    expect(await here.guard.enforce(toolCall('notes/add', { text: MAIL }), tool.perform)).toMatchObject({
      verdict: 'deny',
      decision: { code: 'guard.redaction-incomplete' },
    });
    expect(tool.runs).toHaveLength(0);
  });

  test('changed arguments are the action of their own digest', async () => {
    const here = await world({ policies: REDACT_ARGUMENTS });
    const changed = await here.guard.enforce(toolCall('notes/add', { text: CARD }), counted().perform);
    const given = { text: '[redacted:payment-card]' };
    let digest = '';
    const direct = await here.guard.enforce(toolCall('notes/add', given), async (performance) => {
      digest = performance.digest;
      return null;
    });
    expect(changed.decision.performedDigest).toBe(direct.decision.performedDigest);
    expect(digest).toBe(direct.decision.performedDigest);
  });

  test('the tool is told the digest of what it performs', async () => {
    const here = await world({ policies: REDACT_ARGUMENTS });
    let digest = '';
    const end = await here.guard.enforce(toolCall('notes/add', { text: CARD }), async (performance) => {
      digest = performance.digest;
      return null;
    });
    expect(digest).toBe(end.decision.performedDigest);
  });

  test('what redaction itself brings to light is not performed, whichever policies the change satisfies', async () => {
    const peeling: Detector = {
      id: 'peeling',
      version: '1',
      kinds: ['layer'],
      // Finds one layer of `((x))` at a time, as nested encodings show themselves one by one.
      detect: ({ value }) => {
        const text = (value as { text: string }).text;
        const start = text.indexOf('(');
        return start < 0
          ? []
          : [
              {
                kind: 'layer',
                severity: 'low',
                confidence: 1,
                span: { pointer: '/text', start, end: start + 1 },
                detector: 'peeling',
              },
            ];
      },
    };
    const here = await world({
      policies: `${DELIVER}
        @id("first") @redact("layer") permit(principal, action in Action::"tools/call", resource) when { context.args.text like "((*" };
        @id("second") permit(principal, action in Action::"tools/call", resource) unless { context.args.text like "((*" };`,
      tools: [
        {
          server: 'notes',
          name: 'add',
          definition: {
            name: 'add',
            inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
          },
        },
      ],
      ports: { detectors: [{ detector: peeling, mode: 'block' }] },
    });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('notes/add', { text: '((x' }), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'guard.change-loop' } });
    expect(tool.runs).toHaveLength(0);
  });

  test('a result whose redaction brings more to light is withheld', async () => {
    const here = await world({
      policies: `${CALL} ${DELIVER.replace('permit', '@redact("pair") permit')}`,
      ports: {
        detectors: [
          {
            mode: 'block',
            detector: {
              id: 'pairs',
              version: '1',
              kinds: ['pair'],
              detect: ({ value }) =>
                (value as string).length > 2
                  ? [
                      {
                        kind: 'pair',
                        severity: 'low',
                        confidence: 1,
                        span: { pointer: '', start: 0, end: 1 },
                        detector: 'pairs',
                      },
                    ]
                  : [],
            },
          },
        ],
      },
    });
    const end = await here.guard.enforce(toolCall('files/read', {}), counted('abc').perform);
    expect(end).toMatchObject({ outcome: 'withheld', delivery: { code: 'guard.redaction-incomplete' } });
  });
});
