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

test('a reading says how far each destination of the log is, and which another process sends to', async () => {
  const metrics = createMetrics({ version: '1.0.0', hasTools: false });
  metrics.watch(() => ({
    sessions: { modern: 0, legacy: 0 },
    streams: 0,
    underWay: 0,
    connections: 0,
    refused: {},
    servers: new Map(),
    isReady: true,
    destinations: new Map([
      [
        'splunk',
        { phase: 'retrying', lagEntries: 12, lagMs: 61_500, isBehind: true, sent: 40, failures: 3 } as const,
      ],
      ['soc', { phase: 'standby' } as const],
      ['lake', { phase: 'stopped', isBehind: false, sent: 0, failures: 1 } as const],
    ]),
  }));
  const { text } = await metrics.read();
  metrics.close();
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      'writ_export_sending{destination="splunk"} 1',
      'writ_export_lag_entries{destination="splunk"} 12',
      'writ_export_lag_seconds{destination="splunk"} 61.5',
      'writ_export_behind{destination="splunk"} 1',
      'writ_export_stopped{destination="splunk"} 0',
      'writ_export_sent_events{destination="splunk"} 40',
      'writ_export_failures{destination="splunk"} 3',
      'writ_export_sending{destination="soc"} 0',
      'writ_export_stopped{destination="lake"} 1',
    ]),
  );
  // Nobody knows what waits for it.
  expect(text).not.toContain('writ_export_lag_entries{destination="lake"}');
  expect(text).not.toContain('writ_export_lag_seconds{destination="lake"}');
  expect(text).not.toContain('writ_export_lag_entries{destination="soc"}');
});

test('a reading says when retention last came to its end, and whether somebody is to look', async () => {
  const metrics = createMetrics({ version: '1.0.0', hasTools: false });
  const standings = [
    { status: 'running', ranAt: 61_500 },
    { status: 'failing', ranAt: 61_500, problem: 'disk full' },
    { status: 'late', ranAt: 0 },
  ] as const;
  for (const standing of standings) {
    metrics.watch(() => ({
      sessions: { modern: 0, legacy: 0 },
      streams: 0,
      underWay: 0,
      connections: 0,
      refused: {},
      servers: new Map(),
      isReady: true,
      retention: { standing, destroyed: 3 },
    }));
    const { text } = await metrics.read();
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        `writ_retention_well ${standing.status === 'running' ? 1 : 0}`,
        `writ_retention_last_run_timestamp_seconds ${standing.ranAt / 1_000}`,
        'writ_retention_destroyed_bodies 3',
      ]),
    );
  }
  metrics.close();
});
