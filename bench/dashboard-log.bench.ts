// The page Log in Chromium over many receipts: how long from a filter, a scroll or a jump until its rows are painted, and whether memory stays flat.
// Usage: dashboard-log.bench.ts [receipts] [scrolls]
import { sql } from 'kysely';
import { BROWSER, openDashboard } from '../packages/dashboard/test/browser/open-dashboard.ts';
import { print } from './measure.ts';

const RECEIPTS = Number(process.argv[2] ?? 1_000_000);
const SCROLLS = Number(process.argv[3] ?? 2_000);
const FILTERS = 60;
const NODE = '01J00000000000000000000000';
const ORIGIN = 'bench.example/log';
/** Rows of one write. */
const CHUNK = 100_000;

/** Until two frames were drawn of which `isThere` holds: what was asked for is painted. */
const PAINTED = `
  globalThis.painted = (act, isThere) => new Promise((resolve, reject) => {
    const began = performance.now();
    act();
    const look = (now) => {
      if (performance.now() - began > 30_000) return reject(new Error('not painted in 30 s'));
      if (isThere()) requestAnimationFrame(() => resolve(performance.now() - began));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  globalThis.table = () => document.querySelector('[role=table][aria-label=receipts]');
  globalThis.isFull = () => {
    const table = globalThis.table();
    if (table === null) return false;
    const { top, bottom } = table.getBoundingClientRect();
    const seen = [...table.querySelectorAll('[role=row]')].filter((row) => {
      const box = row.getBoundingClientRect();
      return box.bottom > top + 40 && box.top < bottom;
    });
    return seen.length > 5 && seen.every((row) => row.ariaBusy !== 'true');
  };
`;

if (BROWSER === undefined) process.exit(0);
const dashboard = await openDashboard();
try {
  await fill();
  const visitor = await dashboard.signIn(['auditor']);
  await visitor.context.addInitScript({ content: PAINTED });
  const page = await visitor.openPage('/log');
  await page.locator('[data-row="5"]').waitFor();
  const devtools = await visitor.context.newCDPSession(page);
  await devtools.send('Performance.enable');
  const heapMb = async (): Promise<number> => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { metrics } = await devtools.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 2 ** 20;
  };
  const scrolled: number[] = [];
  const run = async (times: number): Promise<void> => {
    for (let at = 0; at < times; at += 1)
      scrolled.push(
        Number(
          await page.evaluate(
            `globalThis.painted(() => { globalThis.table().scrollTop += 1_000 }, globalThis.isFull)`,
          ),
        ),
      );
  };
  await run(SCROLLS / 4);
  const before = await heapMb();
  scrolled.splice(0);
  await run(SCROLLS);
  const place = Number(await page.evaluate('globalThis.table().scrollTop'));
  print(
    'dashboard/log-scroll',
    { receipts: RECEIPTS, scrolls: SCROLLS },
    {
      ...quantiles(scrolled),
      rows: Math.round(place / 36),
      heap_before_mb: round(before),
      heap_after_mb: round(await heapMb()),
    },
  );
  const filtered: number[] = [];
  for (let at = 0; at < FILTERS; at += 1) {
    const [verdict, word] = at % 2 === 0 ? ['deny', 'deny'] : ['modify', 'modify'];
    filtered.push(
      Number(
        await page.evaluate(`globalThis.painted(() => {
          const select = document.querySelector('[aria-label="Find receipts"] select');
          Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(select, '${verdict}');
          select.dispatchEvent(new Event('change', { bubbles: true }));
        }, () => globalThis.isFull() && document.querySelector('[data-row="0"]')?.textContent.includes('${word}') === true)`),
      ),
    );
  }
  print('dashboard/log-filter', { receipts: RECEIPTS, filters: FILTERS }, quantiles(filtered));
} finally {
  await dashboard.close();
}

async function fill(): Promise<void> {
  const { plane, organisation } = dashboard.world;
  const verdict = sql`case n % 10 when 0 then 'deny' when 1 then 'modify' when 2 then 'step_up' else 'allow' end`;
  for (let start = 0; start < RECEIPTS; start += CHUNK) {
    const numbers = sql`with recursive numbers(n) as (select ${start} union all select n + 1 from numbers where n + 1 < ${Math.min(start + CHUNK, RECEIPTS)})`;
    await sql`insert into receipts (id, organisation, node, origin, idx, kind, verdict, method, policy_hash, policies, time)
      ${numbers} select printf('%026d', n), ${organisation}, ${NODE}, ${ORIGIN}, n, 'decision', ${verdict}, 'tools/call', null,
      json_array('policy-' || (n % 7)), 1000 + n from numbers`.execute(plane.tables);
    await sql`insert into facts (organisation, origin, idx, receipt, agent, person, session, tool, verdict, labels, fields, salts, at)
      ${numbers} select ${organisation}, ${ORIGIN}, n, printf('%026d', n), 'agent-' || (n % 50), 'ada', 'session-' || (n / 100),
      'server/tool-' || (n % 20), ${verdict}, null, '{}', '{}', 0 from numbers`.execute(plane.tables);
  }
  await sql`analyze`.execute(plane.tables);
}

function quantiles(times: readonly number[]): Readonly<Record<string, number>> {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): number => round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
