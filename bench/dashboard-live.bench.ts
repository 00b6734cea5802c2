// The page Live in Chromium: how soon it can be used, and whether it stays smooth and its memory flat while decisions come.
// Usage: dashboard-live.bench.ts [seconds] [decisions a second]
import { BROWSER, openDashboard } from '../packages/dashboard/test/browser/open-dashboard.ts';
import { print } from './measure.ts';

const SECONDS = Number(process.argv[2] ?? 60);
const RATE = Number(process.argv[3] ?? 200);
/** Decisions come in batches, as the control plane gathers them. */
const BATCHES_A_SECOND = 10;
const SESSIONS = 40;
const VERDICTS = ['allow', 'allow', 'allow', 'allow', 'allow', 'allow', 'modify', 'step_up', 'defer', 'deny'];
const TOOLS = ['bank/pay', 'mail/send', 'files/read', 'shell/run', 'search/web'];
/** Says when the heading is there, and how long frames take. */
const WATCH = `
  new MutationObserver((_, observer) => {
    if (document.querySelector('main h1') === null) return;
    observer.disconnect();
    requestAnimationFrame(() => { globalThis.usableAt = performance.now(); });
  }).observe(document, { childList: true, subtree: true });
  globalThis.frames = [];
  let last;
  const frame = (now) => {
    if (last !== undefined) globalThis.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  globalThis.longTasks = [];
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) globalThis.longTasks.push(duration); })
    .observe({ type: 'longtask' });
`;

if (BROWSER === undefined) process.exit(0);
let made = 0;
const dashboard = await openDashboard({ answerFirst: streamed });
try {
  const visitor = await dashboard.signIn(['auditor']);
  const { page, context } = visitor;
  await context.addInitScript({ content: WATCH });
  await visitor.openPage('/live');
  await page.waitForFunction('globalThis.usableAt !== undefined');
  const usable = Number(await page.evaluate('globalThis.usableAt'));
  print('dashboard/first-page', { page: 'live' }, { usable_ms: round(usable) });
  const devtools = await context.newCDPSession(page);
  await devtools.send('Performance.enable');
  const heapMb = async (): Promise<number> => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { metrics } = await devtools.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 2 ** 20;
  };
  // The ring is full, and what is measured is what goes on.
  await new Promise((resolve) => setTimeout(resolve, (SECONDS / 4) * 1_000));
  const before = await heapMb();
  await page.evaluate('globalThis.frames = []; globalThis.longTasks = [];');
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
  const frames = (await page.evaluate<number[]>('globalThis.frames')).toSorted((one, other) => one - other);
  const longTasks = await page.evaluate<number[]>('globalThis.longTasks');
  const at = (share: number): number => round(frames[Math.floor((frames.length - 1) * share)] ?? 0);
  print(
    'dashboard/live',
    { rate: RATE, seconds: SECONDS },
    {
      frames_a_second: round(frames.length / SECONDS),
      frame_p50_ms: at(0.5),
      frame_p99_ms: at(0.99),
      long_tasks: longTasks.length,
      longest_task_ms: round(Math.max(0, ...longTasks)),
      heap_before_mb: round(before),
      heap_after_mb: round(await heapMb()),
      decisions: made,
    },
  );
} finally {
  await dashboard.close();
}

/** The stream of a busy fleet, in place of the control plane's own. */
function streamed(request: Request): Response | undefined {
  if (new URL(request.url).pathname !== '/v1/receipts/live') return undefined;
  const text = new TextEncoder();
  let timer: ReturnType<typeof setInterval> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      timer = setInterval(() => {
        const batch = Array.from({ length: RATE / BATCHES_A_SECOND }, receipt);
        controller.enqueue(text.encode(`event: receipts\ndata: ${JSON.stringify(batch)}\n\n`));
      }, 1_000 / BATCHES_A_SECOND);
    },
    cancel: () => clearInterval(timer),
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
  });
}

function receipt(): object {
  made += 1;
  const time = Date.now();
  const id = `${time.toString(36).toUpperCase().padStart(10, '0')}${String(made).padStart(16, '0')}`;
  return {
    id,
    receipt: `node.example#${made}`,
    node: '01J00000000000000000000000',
    kind: 'decision',
    verdict: VERDICTS[made % VERDICTS.length],
    policies: [`policy-${made % 7}`],
    method: 'tools/call',
    time,
    isDisclosed: true,
    agent: `agent-${made % SESSIONS}`,
    session: `session-${made % SESSIONS}-${Math.floor(made / 20_000)}`,
    tool: TOOLS[made % TOOLS.length],
    labels: made % 3 === 0 ? ['source:web'] : [],
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
