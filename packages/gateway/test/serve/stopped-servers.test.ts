/** A gateway that starts while a server is stopped: nothing is shown to that server, also where its tools are to be asked for. */
import { throwKill } from '@writ/core';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/index.ts';
import { openNode } from '../../src/node/index.ts';
import { answer, json, listen } from '../upstream/listener.ts';
import { Workspace } from '../workspace.ts';
import { fixture, Operated } from './operated.ts';

const RESULTS: Readonly<Record<string, object>> = {
  initialize: {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'bank', version: '1' },
  },
  'tools/list': { tools: [{ name: 'pay', inputSchema: { type: 'object' } }] },
};

test.each([
  ['are known', true],
  ['are not known yet', false],
])(
  'a gateway whose server is stopped and whose tools %s starts, and shows it nothing',
  async (_how, isKnown) => {
    const bank = await listen((came, response) =>
      json(
        response,
        answer(came, RESULTS[typeof came.body['method'] === 'string' ? came.body['method'] : ''] ?? {}),
      ),
    );
    const header = { name: 'Authorization', scheme: 'Bearer', valueEnv: 'BANK_KEY' };
    const options = {
      servers: { files: fixture(), bank: { command: [], url: bank.url, auth: { header } } },
      environment: { BANK_KEY: 'k' },
    };
    const workspace = new Workspace();
    if (isKnown) await (await Operated.open(options, workspace)).gateway.close();
    const config = Operated.configure(workspace, options);
    const node = await openNode({ config: loadConfig(config), createKeys: true, report: () => {} });
    const { log, state, reader, clock, tenant } = node;
    await throwKill(
      {
        state,
        reader,
        append: (detail, rest) =>
          log.append({
            detail,
            tenant,
            time: clock.now(),
            monotonicNs: clock.monotonicNs(),
            retentionClass: 'log',
            committed: {},
            concerns: [],
            ...rest,
          }),
      },
      { scope: 'server', id: 'bank', reason: 'manual', words: 'it was broken into' },
    );
    await node.close();
    const before = bank.came.length;
    const operated = await Operated.open(options, workspace);
    await expect.poll(() => operated.metric('writ_server_up{server="bank"}')).toBe(0);
    await operated.admin('/readyz');
    expect(bank.came.slice(before).map(({ headers }) => headers['authorization'])).toEqual([]);
  },
);
