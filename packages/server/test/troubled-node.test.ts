// A real node whose destination takes nothing: its own word reaches the control plane, and a channel.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, publicKeyText, systemRandom, writeKeyFile } from '@writ/core';
import { openNode, parseConfig } from '@writ/gateway';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { listen } from '../src/index.ts';
import { sweepNodeAlerts } from '../src/node-alerts/index.ts';
import { closers, closeTelling, openTelling, receiver, SECRET } from './channels/telling.ts';
import { codeOf, enrol, newKeys } from './enrolled.ts';
import { SIGNER } from './roll-out.ts';
import { stopServer } from './world.ts';

afterEach(closeTelling);
afterAll(stopServer);

test('a node whose log reaches no destination says so, and people are told', async () => {
  let fetch = (_request: Request): Promise<Response> => Promise.resolve(new Response(null, { status: 503 }));
  const listening = await listen({ port: 0, fetch: (request) => fetch(request) });
  closers.push(() => listening.close(0));
  const opened = await openTelling('sqlite', { secrets: { OPS: SECRET }, url: listening.url });
  if (opened === undefined) return;
  fetch = (request) => opened.api.fetch(request);
  const refusing = createServer((_request, response) => response.writeHead(410).end());
  refusing.listen(0, '127.0.0.1');
  await once(refusing, 'listening');
  const address = refusing.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const folder = mkdtempSync(join(tmpdir(), 'writ-troubled-'));
  const { key, text } = createSigningKey('node', systemRandom);
  const { code } = await codeOf(opened, { name: 'till' });
  const { body } = await enrol(opened, code, { ...newKeys(), key });
  writeKeyFile(join(folder, 'keys/plane-node.key'), text);
  const yaml = `agent: {id: bot}
export: {siem: {type: webhook, url: "http://127.0.0.1:${port}/", body: lines}}
plane:
  url: ${listening.url}
  organisation: ${body.organisation}
  node: ${body.node}
  environment: production
  key: keys/plane-node.key
  anchors: ['${publicKeyText(SIGNER)}']
`;
  writeFileSync(join(folder, 'writ.yaml'), yaml);
  const node = await openNode({
    config: parseConfig(yaml, join(folder, 'writ.yaml')),
    createKeys: true,
    clock: opened.clock,
    report: () => undefined,
  });
  closers.push(async () => {
    await node.close();
    refusing.closeAllConnections();
    refusing.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { url, received } = await receiver(200);
  await opened.channel({ kind: 'webhook', url, secret: 'OPS' }, { topics: ['alerts'] });
  await vi.waitFor(
    async () => {
      await sweepNodeAlerts(opened.plane, new AbortController().signal);
      await opened.round();
      expect(received.map(({ body: sent }) => JSON.parse(sent).data.text)).toEqual([
        'high: the node `till` does not reach a destination of its log: `siem`',
      ]);
    },
    { timeout: 50_000, interval: 500 },
  );
}, 60_000);
