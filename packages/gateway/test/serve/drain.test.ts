// How a gateway ends: what is under way may end, what does not is cancelled, and both are recorded.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadConfig, openNode } from '../../src/index.ts';
import { Workspace } from '../workspace.ts';
import { eventually, Operated, RawConnection, send } from './operated.ts';

const PATIENT = fileURLToPath(new URL('../fixtures/patient.ts', import.meta.url));

interface Waiting {
  readonly operated: Operated;
  readonly file: (name: string) => string;
  /** The call that waits for `go`. */
  readonly answer: Promise<{ readonly text: string }>;
}

/** A gateway with a call under way. */
async function underWay(finish: string): Promise<Waiting> {
  const workspace = new Workspace();
  const server = { command: [process.execPath, PATIENT, workspace.folder] };
  const operated = await Operated.open(
    { gateway: { drain: { finish } }, servers: { files: server } },
    workspace,
  );
  const session = await operated.session();
  const file = (name: string): string => join(workspace.folder, name);
  const answer = session.call('wait', {});
  answer.catch(() => {});
  await eventually(() => existsSync(file('begun')));
  return { operated, file, answer };
}

/** What became of the calls of tools, in the record as the next process reads it. */
async function outcomes(config: string): Promise<readonly (string | undefined)[]> {
  const node = await openNode({ config: loadConfig(config), report: () => {} });
  try {
    const found: (string | undefined)[] = [];
    for (let index = 0; index < node.reader.size(); index += 1) {
      const { entry } = node.reader.entry(index);
      if (entry.kind !== 'decision') continue;
      // The result has a decision of its own.
      if (entry.decision.method !== 'tools/call' || entry.decision.phase !== 'call') continue;
      found.push(outcomeOf(node.reader, index));
    }
    return found;
  } finally {
    await node.close();
  }
}

function outcomeOf(
  reader: Awaited<ReturnType<typeof openNode>>['reader'],
  decision: number,
): string | undefined {
  for (let index = decision; index < reader.size(); index += 1) {
    const { entry } = reader.entry(index);
    if (entry.kind === 'outcome' && entry.decisionOf === decision) return entry.outcome;
  }
  return undefined;
}

test('what is under way ends first, what comes meanwhile finds nobody, and the record is whole', async () => {
  const { operated, file, answer } = await underWay('5m');
  const idle = new RawConnection(operated.url).write(
    'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: */*\r\nContent-Length: 2\r\n\r\n{}',
  );
  await idle.until('keep-alive');
  const drained = operated.gateway.drain();
  await idle.ended();
  await expect(send(operated.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(operated.gateway.stats().underWay).toBe(1);
  writeFileSync(file('go'), '');
  expect((await answer).text).toContain('waited');
  await drained;
  expect(operated.events.map(({ event }) => event)).not.toContain('drain.cancelled');
  expect(await outcomes(operated.config)).toEqual(['performed']);
});

test('what is still under way after the time is cancelled, and recorded as not known', async () => {
  const { operated } = await underWay('0s');
  await operated.gateway.drain();
  expect(await operated.event('drain.cancelled')).toMatchObject({ level: 'warn', count: 1 });
  expect(await outcomes(operated.config)).toEqual(['unknown']);
});

test('who does not want to wait any longer need not', async () => {
  const { operated } = await underWay('1h');
  const drained = operated.gateway.drain();
  await operated.event('drain.begun');
  await operated.gateway.close();
  await drained;
  expect(await outcomes(operated.config)).toEqual(['unknown']);
});
