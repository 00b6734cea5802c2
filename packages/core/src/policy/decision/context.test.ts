/** What stands to limits, as policies see it. */
import { expect, test } from 'vitest';
import type { LimitStanding, PolicyQuery } from '../../model/index.ts';
import { Datetime, newRecord } from '../value/index.ts';
import { contextFor } from './context.ts';

function limitsFor(limits: PolicyQuery['context']['limits']): unknown {
  const query: PolicyQuery = {
    subject: {
      agent: { id: 'bot' },
      chain: [],
      authentication: { method: 'configured', assurance: 1, credentialId: 'c', at: 0 },
    },
    initiator: 'agent',
    phase: 'call',
    parts: [],
    lifted: new Set(),
    context: {
      session: { id: 's', labels: [] },
      findings: [],
      factsMissing: [],
      time: 0,
      ...(limits === undefined ? {} : { limits }),
    },
  };
  return contextFor(query, { args: newRecord() }, [])['limits'];
}

const STANDING: LimitStanding = { limit: 10, used: 8, remaining: 2, exceeded: false };

test('each limit is a record of exact numbers', () => {
  expect(limitsFor({ calls: { ...STANDING, resets: 86_400_000 } })).toMatchObject({
    calls: { limit: 10, used: 8, remaining: 2, exceeded: false, resets: new Datetime(86_400_000) },
  });
});

test('a limit that never resets, or after the year 9999, has no instant', () => {
  expect(limitsFor({ calls: STANDING })).not.toHaveProperty('calls.resets');
  expect(limitsFor({ calls: { ...STANDING, resets: 1e15 } })).not.toHaveProperty('calls.resets');
});

test('where no limit applies there is none', () => {
  expect(limitsFor(undefined)).toBeUndefined();
});
