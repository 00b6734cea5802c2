// Deadlines of cases beside a node: told once, in the log, while it runs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EntryDraft, Fault, LOCAL_TENANT, systemRandom } from '@writ/core';
import { openCase } from '@writ/core/records';
import { fakeClock } from '@writ/core/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { startCaseAlerts } from './case-alerts.ts';
import { openNode, type WritNode } from './index.ts';

const DAY_MS = 86_400_000;

let folder: string;
let reports: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-cases-'));
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies/a.cedar'), '@id("all") permit (principal, action, resource);\n');
  reports = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A timer that a test runs. */
function handTimer() {
  let look = (): void => {};
  return {
    look: () => look(),
    timer: {
      every(_milliseconds: number, run: () => void) {
        look = run;
        return () => void (look = () => {});
      },
    },
  };
}

function told(node: WritNode): readonly string[] {
  const steps: string[] = [];
  for (let index = 0; index < node.reader.size(); index += 1) {
    const { entry } = node.reader.entry(index);
    if (entry.kind === 'case' && entry.case.step !== undefined) steps.push(entry.case.step);
  }
  return steps;
}

test('a case that nears its deadline and passes it is told once of each, and of nobody by name', async () => {
  const clock = fakeClock();
  const { timer, look } = handTimer();
  const config = parseConfig('policies: [policies]\nagent: {id: bot}\n', join(folder, 'writ.yaml'));
  const report = (line: string): void => void reports.push(line);
  const node = await openNode({ config, createKeys: true, clock, report, caseTimer: timer });
  const { opened, draft } = openCase({ type: 'access', subject: ['ann'] }, { clock, random: systemRandom });
  await node.log.append({
    ...draft,
    tenant: LOCAL_TENANT,
    time: clock.now(),
    monotonicNs: clock.monotonicNs(),
    retentionClass: 'log',
  });
  for (const [days, alerts] of [
    [22, 0],
    [2, 1],
    [1, 1],
    [6, 2],
    [1, 2],
  ] as const) {
    clock.advance(days * DAY_MS);
    await vi.waitUntil(() => {
      // Looked at more often than anything is told.
      look();
      return told(node).length === alerts;
    });
  }
  expect(told(node)).toEqual(['due_soon', 'overdue']);
  await node.close();
  expect(reports).toEqual(
    expect.arrayContaining([
      `case ${opened.id} (access) is due soon`,
      `case ${opened.id} (access) is overdue`,
    ]),
  );
  expect(reports.join()).not.toContain('ann');
});

test('what fails is reported, looked at again, and stops nothing', async () => {
  const { timer, look } = handTimer();
  const state = {
    records: () => {
      throw new Fault('log.corrupt', 'the record of case `x` cannot be read');
    },
  } as never;
  const end = startCaseAlerts({
    log: { append: () => Promise.reject(new Error('not asked')) },
    state,
    draft: (detail, rest) => ({ detail, ...rest }) as EntryDraft,
    clock: fakeClock(),
    timer,
    report: (line) => void reports.push(line),
  });
  look();
  await end();
  expect(reports).toEqual([expect.stringContaining('cannot be read')]);
});
