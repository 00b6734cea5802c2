/** A program that opens idle streams on an endpoint and holds them: `node idle-clients.ts URL LEGACY MODERN PRINCIPALS`. Tells its parent once all are open. */
import { connect } from 'node:net';

const [url = '', legacy = '0', modern = '0', principals = '1'] = process.argv.slice(2);
const { hostname, port, pathname } = new URL(url);
/** Opened at once. */
const WIDTH = 100;

const META = JSON.stringify({
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'idle', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
});
const INITIALIZE =
  '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"idle","version":"1"}}}';
const LISTEN = `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":${META}}}`;

function request(method: string, headers: readonly string[], body = ''): string {
  const own = [
    `Host: ${hostname}`,
    'Accept: application/json, text/event-stream',
    ...headers,
    ...(body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  return `${method} ${pathname} HTTP/1.1\r\n${own.join('\r\n')}\r\n\r\n${body}`;
}

function open(index: number): Promise<void> {
  const isLegacy = index < Number(legacy);
  const agent = `Authorization: agent-${index % Number(principals)}`;
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    let isListening = !isLegacy;
    socket.on('error', reject).on('close', () => reject(new Error(`closed: ${text}`)));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (isLegacy && !isListening) {
        const id = /mcp-session-id: (\S+)/i.exec(text)?.[1];
        if (id === undefined || !text.includes('"serverInfo"')) return;
        isListening = true;
        text = '';
        socket.write(request('GET', [agent, `Mcp-Session-Id: ${id}`]));
      } else if (text.includes(isLegacy ? 'text/event-stream' : 'acknowledged')) {
        socket.removeAllListeners('data').removeAllListeners('close').removeAllListeners('error');
        socket.on('error', () => {}).resume();
        resolve();
      }
    });
    const version = ['MCP-Protocol-Version: 2026-07-28', 'Mcp-Method: subscriptions/listen'];
    socket.write(
      isLegacy ? request('POST', [agent], INITIALIZE) : request('POST', [agent, ...version], LISTEN),
    );
  });
}

const total = Number(legacy) + Number(modern);
let next = 0;
async function work(): Promise<void> {
  while (next < total) {
    const index = next;
    next += 1;
    await open(index);
  }
}
await Promise.all(Array.from({ length: WIDTH }, work));
process.send?.({ open: total });
