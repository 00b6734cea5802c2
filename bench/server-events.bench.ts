// How long a change takes to reach a hundred listeners over HTTP, from the request that makes it until each has read it.
import { print, rssMb } from './measure.ts';
import { type BenchPlane, type BenchStore, openBenchPlane } from './server-plane.ts';

const LISTENERS = 100;
const CHANGES = 50;

for (const store of ['sqlite', 'postgres'] as const) {
  const bench = await openBenchPlane(store);
  if (bench !== undefined) await measure(store, bench);
}
process.exit();

async function measure(store: BenchStore, bench: BenchPlane): Promise<void> {
  const leaving = new AbortController();
  const waiting: Waiting = { heard: () => undefined };
  for (let listener = 0; listener < LISTENERS; listener += 1) {
    const response = await fetch(`${bench.url}/v1/events`, {
      headers: { authorization: `Bearer ${bench.token}` },
      signal: leaving.signal,
    });
    void read(response, waiting, leaving.signal);
  }
  const samples: number[] = [];
  // The first is for connections; what it took is not counted.
  for (let change = 0; change <= CHANGES; change += 1) {
    const start = performance.now();
    const all = new Promise<void>((resolve) => {
      let left = LISTENERS;
      waiting.heard = () => {
        samples.push(performance.now() - start);
        left -= 1;
        if (left === 0) resolve();
      };
    });
    await bench.post('/v1/teams', { name: `team ${change}` });
    await all;
    if (change === 0) samples.length = 0;
  }
  const params = { store, listeners: LISTENERS, changes: CHANGES };
  const figures = { p50_ms: quantile(samples, 0.5), p99_ms: quantile(samples, 0.99), rss_mb: rssMb() };
  print('server/events', params, figures);
  leaving.abort();
  await bench.close();
}

/** Called for each change that a listener has read. */
interface Waiting {
  heard: () => void;
}

async function read(response: Response, waiting: Waiting, leaving: AbortSignal): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        if (text.slice(0, end).includes('event: change')) waiting.heard();
        text = text.slice(end + 2);
      }
    }
  } catch (problem) {
    if (!leaving.aborted) throw problem;
  }
}

function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
}
