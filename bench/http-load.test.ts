import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';

import { HttpLine, requestBytes } from './http-load.ts';

const servers: Server[] = [];
const lines: HttpLine[] = [];
afterEach(() => {
  for (const line of lines.splice(0)) line.close();
  for (const server of servers.splice(0)) server.close();
});

/** A line to a server that does `answer` for each chunk that it reads, or `greet` at once. */
async function lineTo(
  answer: (socket: Socket) => void,
  { leastBytes = 0, greet }: { readonly leastBytes?: number; readonly greet?: (socket: Socket) => void } = {},
): Promise<HttpLine> {
  const server = createServer((socket) => {
    socket.on('error', () => {}).on('data', () => answer(socket));
    greet?.(socket);
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const line = await HttpLine.open({ port, leastBytes, next: () => requestBytes('/mcp', {}, '{}') });
  lines.push(line);
  return line;
}

/** What the line says of its next answer; `ok` where nothing is wrong. */
function ask(line: HttpLine): Promise<string> {
  return new Promise((resolve) => {
    line.ask((problem) => resolve(problem ?? 'ok'));
  });
}

test('answers that come in pieces are whole ones', async () => {
  const pieces = ['HTTP/1.1 200 OK\r\ncontent-le', 'ngth: 4\r\n\r', '\nab', 'cd'];
  const line = await lineTo((socket) => {
    const next = (at: number): void => {
      const piece = pieces[at];
      // Each piece is a packet of its own.
      if (piece !== undefined) socket.write(piece, () => setImmediate(next, at + 1));
    };
    next(0);
  });
  expect([await ask(line), await ask(line)]).toEqual(['ok', 'ok']);
  expect(line.isClosed).toBe(false);
});

test.each([
  ['before any of it', '', 'the connection ended before the answer'],
  ['within its head', 'HTTP/1.1 200 OK\r\ncont', 'the connection ended before the answer'],
  [
    'within its body',
    'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab',
    'the connection ended before the answer',
  ],
])('a connection that ends in place of an answer, %s, is told', async (_where, text, problem) => {
  const line = await lineTo((socket) => socket.end(text));
  expect(await ask(line)).toBe(problem);
  expect(line.isClosed).toBe(true);
});

test('a line that has ended says so to whoever asks on it', async () => {
  const line = await lineTo((socket) => socket.end());
  await ask(line);
  expect(await ask(line)).toBe('the connection had ended');
});

test.each([
  ['another status', 'HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n', /^status 503$/],
  [
    'a body too short to be the result',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}',
    /^a body of 2 bytes/,
  ],
  [
    'an answer without a length',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
    /^an answer without a length/,
  ],
])('%s is told', async (_what, text, problem) => {
  const line = await lineTo((socket) => socket.write(text), { leastBytes: 10 });
  expect(await ask(line)).toMatch(problem);
});

test('an answer after which the server closes ends the line', async () => {
  const line = await lineTo((socket) =>
    socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'),
  );
  expect(await ask(line)).toBe('ok');
  expect(line.isClosed).toBe(true);
});

test('a goodbye that nobody asked for is no answer, and ends the line', async () => {
  const line = await lineTo(() => {}, {
    greet: (socket) => socket.write('HTTP/1.1 408 Timeout\r\ncontent-length: 0\r\n\r\n'),
  });
  await vi.waitFor(() => expect(line.isClosed).toBe(true));
});
