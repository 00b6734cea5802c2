/** Whatever servers stream: an answer or a fault, and the next call goes on. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isJsonObject } from '@writ/core';
import { Session } from '../../upstream/session.ts';
import { json, RUNS } from './arbitraries.ts';

describe('from servers', () => {
  /** Pieces that event streams are made of, and what breaks them. */
  const piece = fc.oneof(
    fc.constantFrom(
      'data: ',
      'data:',
      'data',
      'id: ',
      'id: 1\n',
      'id: \u0000\n',
      'event: message\n',
      'event: x\n',
      'retry: 1\n',
      'retry: -1\n',
      'retry: 999999999999\n',
      ': \n',
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      '\ufeff',
    ),
    fc.constantFrom(
      '{"jsonrpc":"2.0","id":1,"result":{}}',
      '{"jsonrpc":"2.0","id":ID,"result":{"a":',
      '{"jsonrpc":"2.0","id":ID,"error":{}}',
      '{"jsonrpc":"2.0","id":"ID","result":{}}',
      '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}',
      '{"jsonrpc":"2.0","id":9,"method":"sampling/createMessage","params":{}}',
      '[]',
      'null',
    ),
    fc.string({ maxLength: 20 }),
    json.map((one) => `data: ${JSON.stringify(one)}\n\n`),
  );

  test.each(['modern', 'legacy'] as const)(
    'any stream of events to a %s link ends in an answer or a fault, and the next call goes on',
    async (era) => {
      let next = '';
      const server = createServer((request, response) => {
        let text = '';
        request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        request.on('end', () => {
          if (request.method !== 'POST') return response.writeHead(405).end();
          const { id } = JSON.parse(text) as { id?: number };
          if (id === undefined) return response.writeHead(202).end();
          const body = next.replaceAll('ID', String(id));
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          // In two pieces, cut wherever.
          response.write(body.slice(0, body.length >> 1));
          return response.end(body.slice(body.length >> 1));
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
      const session = new Session({ name: 's', url, era }, { era });
      await fc.assert(
        fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
          next = pieces.join('');
          const outcome = await session
            .modern('tools/call', { name: 'a' })
            .catch((thrown: unknown) => thrown);
          if (outcome instanceof Error)
            expect(outcome).toMatchObject({ code: expect.stringMatching(/^(?:upstream|rpc|json|bytes)\./) });
          else expect(isJsonObject(outcome)).toBe(true);
        }),
        { numRuns: RUNS },
      );
      next = 'data: {"jsonrpc":"2.0","id":ID,"result":{"alive":true}}\n\n';
      expect(await session.modern('tools/call', { name: 'a' })).toMatchObject({ result: { alive: true } });
    },
  );
});
