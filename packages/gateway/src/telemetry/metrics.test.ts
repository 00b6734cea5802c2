/** What a reading of the metrics says. */
import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

test.each([
  ['one call, which waits to be counted', 1],
  ['as many as are counted together, and some', 300],
])('a reading has everything that happened before it: %s', async (_why, calls) => {
  const metrics = createMetrics({ version: '1.0.0', hasTools: false });
  for (let call = 0; call < calls; call += 1) {
    metrics.called({ server: 'files', phase: 'call', verdict: 'allow', face: 'mcp_http', era: 'modern' });
    metrics.took('guard', 0.003);
    metrics.took('upstream', 0.3);
    metrics.appended(0.002);
  }
  const { text } = await metrics.read();
  metrics.close();
  const labels = 'server="files",phase="call",verdict="allow",face="mcp_http",era="modern"';
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      `writ_calls_total{${labels}} ${calls}`,
      `writ_call_seconds_bucket{le="0.005",part="guard"} ${calls}`,
      `writ_call_seconds_bucket{le="0.25",part="upstream"} 0`,
      `writ_call_seconds_count{part="upstream"} ${calls}`,
      `writ_log_append_seconds_count ${calls}`,
    ]),
  );
});
