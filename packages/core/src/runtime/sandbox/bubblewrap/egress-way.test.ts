/** The one way out of a bubblewrap sandbox: the egress proxy. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Place } from '../fixtures.ts';
import { sandboxProfile } from '../profiles.ts';
import { endAfter, IS_LACKING, MODERATE, place, run, sh } from './fixtures.ts';

describe.skipIf(IS_LACKING)('the way to the egress proxy', () => {
  /** A forward proxy that answers itself, and tells what it was asked. */
  async function proxyAt(at: Place): Promise<{ readonly path: string; readonly asked: string[] }> {
    const asked: string[] = [];
    const path = join(at.outside, 'egress.sock');
    const server = createHttpServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end('x'.repeat(3_000_000));
    });
    server.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    server.listen(path);
    await once(server, 'listening');
    endAfter(() => {
      server.closeAllConnections();
      server.close();
    });
    return { path, asked };
  }

  test('is there for every client that reads the environment, and carries everything', async () => {
    const at = place();
    const { path, asked } = await proxyAt(at);
    const { out } = await run(
      sh(
        'for n in 1 2 3 4 5 6 7 8; do curl -s --max-time 20 http://one.test/path | wc -c & done; wait; curl -s -o /dev/null -w "%{http_connect}" https://two.test/',
      ),
      { at, more: { egress: { socketPath: path } } },
    );
    expect(out.trim().split(/\s+/)).toStrictEqual([...Array.from({ length: 8 }, () => '3000000'), '403']);
    expect(asked).toStrictEqual([
      ...Array.from({ length: 8 }, () => 'GET http://one.test/path'),
      'CONNECT two.test:443',
    ]);
  });

  test.each([
    ['the profile has no network', sandboxProfile('restrictive'), true],
    ['no proxy is given', MODERATE, false],
  ])('is not there where %s', async (_what, profile, isGiven) => {
    const at = place('ordinary');
    const { path, asked } = await proxyAt(at);
    const { out } = await run(
      sh(
        'env | grep -ci proxy; ls /run/writ 2>/dev/null; curl -s -x http://127.0.0.1:3128 --max-time 5 http://one.test/; echo $?',
      ),
      { at, profile, more: isGiven ? { egress: { socketPath: path } } : {} },
    );
    expect([out, asked]).toStrictEqual(['0\n7\n', []]);
  });

  test('lets nothing else be reached: the proxy’s own folder stays outside', async () => {
    const at = place();
    const { path } = await proxyAt(at);
    const { out } = await run(sh(`ls '${at.outside}' '${path}' 2>&1 | grep -c "No such file"`), {
      at,
      more: { egress: { socketPath: path } },
    });
    expect(out).toBe('2\n');
  });
});
