// How long a change takes to reach a hundred listeners over HTTP, from the request that makes it until each has read it.
import { rssMb } from './measure.ts';
import { openBenchPlane } from './server-plane.ts';

const LISTENERS = 100;
const CHANGES = 50;

const bench = await openBenchPlane();
const leaving = new AbortController();
let waiting: { readonly heard: () => void } | undefined;
for (let listener = 0; listener < LISTENERS; listener += 1) {
  const response = await fetch(`${bench.url}/v1/events`, {
    headers: { authorization: `Bearer ${bench.token}` },
    signal: leaving.signal,
  });
  void read(response);
}
const samples: number[] = [];
for (let change = 0; change < CHANGES; change += 1) {
  const start = performance.now();
  const all = new Promise<void>((resolve) => {
    let left = LISTENERS;
    waiting = {
      heard() {
        samples.push(performance.now() - start);
        left -= 1;
        if (left === 0) resolve();
      },
    };
  });
  await bench.post('/v1/teams', { name: `team ${change}` });
  await all;
}
console.log(
  JSON.stringify({
    name: 'server/events',
    params: { store: 'sqlite', listeners: LISTENERS, changes: CHANGES },
    p50_ms: quantile(0.5),
    p99_ms: quantile(0.99),
    rss_mb: rssMb(),
  }),
);
leaving.abort();
await bench.close();
process.exit();

async function read(response: Response): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        if (text.slice(0, end).includes('event: change')) waiting?.heard();
        text = text.slice(end + 2);
      }
    }
  } catch (problem) {
    if (!leaving.signal.aborted) throw problem;
  }
}

function quantile(share: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
}
