/** What one reader of HTTP sees and another does not: whatever is ambiguous is refused, whatever passes is one call, and servers are sent what was judged. */
import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '@writ/core';
import { MODERN_META, modernRequest } from '../http-harness.ts';
import { RawConnection } from '../serve/operated.ts';
import { Governed } from './governed.ts';
import { recordedServer } from './recorded-server.ts';

const call = (name: string, args: JsonObject = {}): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, arguments: args, _meta: MODERN_META },
  });

const HEAD = [
  'Host: localhost',
  'Content-Type: application/json',
  'Accept: application/json, text/event-stream',
  'Connection: close',
];
const MCP = ['MCP-Protocol-Version: 2026-07-28', 'Mcp-Method: tools/call', 'Mcp-Name: echo'];

const lengthOf = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}`;

/** A request as bytes: these lines, this body as it stands. */
const raw = (lines: readonly string[], body: string, start = 'POST /mcp HTTP/1.1'): string =>
  `${[start, ...lines].join('\r\n')}\r\n\r\n${body}`;

const CHUNKED = 'Transfer-Encoding: chunked';
const chunks = (body: string, extension = '', trailers = ''): string =>
  `${Buffer.byteLength(body).toString(16)}${extension}\r\n${body}\r\n0\r\n${trailers}\r\n`;

const BODY = call('echo', { region: 'eu' });
const REGION = 'Mcp-Param-Region: eu';
const GOOD = [...HEAD, ...MCP, REGION, lengthOf(BODY)];
const without = (lines: readonly string[], start: string): readonly string[] =>
  lines.filter((line) => !line.startsWith(start));
const instead = (start: string, ...lines: readonly string[]): readonly string[] => [
  ...without(GOOD, start),
  ...lines,
];
const hidden = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n';

describe('on a raw connection', () => {
  test.each<[what: string, text: string, status: number]>([
    ['`Mcp-Method` twice', raw([...GOOD, 'Mcp-Method: tools/list'], BODY), 400],
    ['`Mcp-Method` twice with one meaning', raw([...GOOD, 'mcp-method: tools/call'], BODY), 400],
    ['`Mcp-Name` twice', raw([...GOOD, 'MCP-NAME: other'], BODY), 400],
    ['`MCP-Protocol-Version` twice', raw([...GOOD, 'MCP-Protocol-Version: 2025-06-18'], BODY), 400],
    ['an annotated argument twice', raw([...GOOD, 'Mcp-Param-Region: us'], BODY), 400],
    ['two lengths', raw([...GOOD, 'Content-Length: 5'], BODY), 400],
    ['one length twice', raw([...GOOD, lengthOf(BODY)], BODY), 400],
    [
      'a list of lengths',
      raw(instead('Content-Length', `Content-Length: ${BODY.length}, ${BODY.length}`), BODY),
      400,
    ],
    ['a signed length', raw(instead('Content-Length', `Content-Length: +${BODY.length}`), BODY), 400],
    ['a length in hexadecimal', raw(instead('Content-Length', 'Content-Length: 0x5'), BODY), 400],
    ['a length and pieces', raw([...GOOD, CHUNKED], chunks(BODY)), 400],
    [
      'pieces twice',
      raw(instead('Content-Length', 'Transfer-Encoding: chunked, chunked'), chunks(BODY)),
      400,
    ],
    [
      'pieces under another name',
      raw(instead('Content-Length', 'Transfer-Encoding: xchunked'), chunks(BODY)),
      400,
    ],
    [
      'pieces that are not last',
      raw(instead('Content-Length', 'Transfer-Encoding: chunked, identity'), chunks(BODY)),
      400,
    ],
    ['a piece of another length', raw(instead('Content-Length', CHUNKED), `5\r\n${BODY}\r\n0\r\n\r\n`), 400],
    [
      'a piece of a negative length',
      raw(instead('Content-Length', CHUNKED), `-1\r\n${BODY}\r\n0\r\n\r\n`),
      400,
    ],
    [
      'a piece that ends with a bare line feed',
      raw(instead('Content-Length', CHUNKED), `${BODY.length.toString(16)}\n${BODY}\n0\n\n`),
      400,
    ],
    ['a folded header', raw([...GOOD, 'X-A: 1', ' Mcp-Name: other'], BODY), 400],
    ['lines that end with a bare line feed', raw(GOOD, BODY).replaceAll('\r\n', '\n'), 400],
    ['lines that end with a bare carriage return', raw(GOOD, BODY).replaceAll('\r\n', '\r'), 400],
    ['a space before a colon', raw(instead('Mcp-Name', 'Mcp-Name : echo'), BODY), 400],
    ['a NUL in a header', raw(instead('Mcp-Name', 'Mcp-Name: echo\u0000'), BODY), 400],
    ['a carriage return in a header', raw(instead('Mcp-Name', 'Mcp-Name: echo\rMcp-Name: other'), BODY), 400],
    ['a header without a name', raw([...GOOD, ': other'], BODY), 400],
    ['a name with an underscore', raw(instead('Mcp-Name', 'Mcp_Name: echo'), BODY), 400],
    [
      'the name in a trailer',
      raw(
        [...without(instead('Mcp-Name', CHUNKED), 'Content-Length')],
        chunks(BODY, '', 'Mcp-Name: echo\r\n'),
      ),
      400,
    ],
    ['another name in the header', raw(instead('Mcp-Name', 'Mcp-Name: hang'), BODY), 400],
    ['another case of the name', raw(instead('Mcp-Name', 'Mcp-Name: Echo'), BODY), 400],
    ['the name in percent', raw(instead('Mcp-Name', 'Mcp-Name: ech%6F'), BODY), 400],
    ['the name with a look-alike', raw(instead('Mcp-Name', 'Mcp-Name: еcho'), BODY), 400],
    [
      'the name in full width',
      raw(instead('Mcp-Name', `Mcp-Name: =?base64?${Buffer.from('ｅcho').toString('base64')}?=`), BODY),
      400,
    ],
    [
      'the name with an invisible character',
      raw(instead('Mcp-Name', `Mcp-Name: =?base64?${Buffer.from('echo\u200b').toString('base64')}?=`), BODY),
      400,
    ],
    [
      'the name in Base64 twice',
      raw(
        instead(
          'Mcp-Name',
          `Mcp-Name: =?base64?${Buffer.from(`=?base64?${btoa('echo')}?=`).toString('base64')}?=`,
        ),
        BODY,
      ),
      400,
    ],
    ['the name in another Base64', raw(instead('Mcp-Name', 'Mcp-Name: =?base64?ZWNob-_=?='), BODY), 400],
    ['another value of an annotated argument', raw(instead('Mcp-Param', 'Mcp-Param-Region: us'), BODY), 400],
    ['no header for an annotated argument', raw(without(GOOD, 'Mcp-Param'), BODY), 400],
    ['an absolute target', raw(GOOD, BODY, 'POST http://localhost/mcp HTTP/1.1'), 404],
    ['a target with dots', raw(GOOD, BODY, 'POST /x/../mcp HTTP/1.1'), 404],
    ['a target in percent', raw(GOOD, BODY, 'POST /%6dcp HTTP/1.1'), 404],
    ['a target with a slash more', raw(GOOD, BODY, 'POST //mcp HTTP/1.1'), 404],
    ['no host', raw(without(GOOD, 'Host'), BODY), 400],
    ['two hosts', raw([...GOOD, 'Host: attacker.example'], BODY), 400],
    ['an authority in the host', raw(instead('Host', 'Host: localhost@attacker.example'), BODY), 403],
    [
      'a method that overrides',
      raw([...GOOD, 'X-HTTP-Method-Override: DELETE'], BODY, 'PUT /mcp HTTP/1.1'),
      405,
    ],
    ['an encoded body', raw([...GOOD, 'Content-Encoding: gzip'], BODY), 415],
    ['a form', raw(instead('Content-Type', 'Content-Type: text/plain'), BODY), 415],
  ])('%s is refused, and reaches no server', async (_what, text, status) => {
    const governed = await Governed.open();
    const before = governed.server.of('tools/call').length;
    const connection = new RawConnection(governed.url).write(text);
    const answered = await connection.ended();
    expect(answered.split('\r\n', 1)).toStrictEqual([
      expect.stringMatching(new RegExp(`^HTTP/1\\.1 ${status} `)),
    ]);
    // One answer: nothing of the rest was taken for a second request.
    expect(answered.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(governed.server.of('tools/call')).toHaveLength(before);
  });

  test.each<[what: string, text: string]>([
    ['as it should be', raw(GOOD, BODY)],
    [
      'in pieces with extensions',
      raw(instead('Content-Length', CHUNKED), chunks(BODY, ';mcp-name=other;a="\\"b"')),
    ],
    [
      'in pieces, another name in a trailer',
      raw(
        instead('Content-Length', CHUNKED),
        chunks(BODY, '', 'Mcp-Name: hang\r\nAuthorization: Bearer x\r\n'),
      ),
    ],
    ['of HTTP/1.0', raw(GOOD, BODY, 'POST /mcp HTTP/1.0')],
    ['with white space around values', raw(instead('Mcp-Name', 'Mcp-Name: \t echo \t'), BODY)],
    ['with the name in Base64', raw(instead('Mcp-Name', `Mcp-Name: =?base64?${btoa('echo')}?=`), BODY)],
    ['with a query', raw(GOOD, BODY, 'POST /mcp?mcp-name=other HTTP/1.1')],
  ])('a request %s is one call, and the one that is judged', async (_what, text) => {
    const governed = await Governed.open();
    const connection = new RawConnection(governed.url).write(text);
    const answered = await connection.ended();
    expect(answered.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(governed.server.of('tools/call').map(({ body }) => body['params'])).toMatchObject([
      { name: 'echo', arguments: { region: 'eu' } },
    ]);
  });

  test('a request within the body of another is no request, whether that is taken or refused', async () => {
    const governed = await Governed.open();
    const inner = call('echo', { text: hidden + raw([...MCP, 'Content-Length: 0'], '') });
    const lines = [...without(HEAD, 'Connection'), ...MCP];
    for (const own of [
      lines,
      without(lines, 'Content-Type'),
      without(lines, 'Accept'),
      without(lines, 'Mcp-Name'),
    ]) {
      const connection = new RawConnection(governed.url).write(
        raw([...own, lengthOf(hidden + inner)], hidden + inner),
      );
      await connection.until('\r\n\r\n');
      connection.socket.end();
      expect((await connection.ended()).match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    }
    const taken = new RawConnection(governed.url).write(raw([...lines, lengthOf(inner)], inner));
    await taken.until('\r\n\r\n');
    taken.socket.end();
    expect((await taken.ended()).match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(governed.server.of('tools/call')).toHaveLength(1);
  });

  test('of requests that are sent at once each has its own answer, in their order, and its own judgement', async () => {
    const governed = await Governed.open();
    const lines = [...without(HEAD, 'Connection'), ...MCP];
    const one = (text: string): string => {
      const body = call('echo', { text });
      return raw([...lines, lengthOf(body)], body);
    };
    const wrong = raw([...without(lines, 'Mcp-Name'), 'Mcp-Name: hang', lengthOf(BODY)], BODY);
    const connection = new RawConnection(governed.url).write(`${one('first')}${wrong}${one('third')}`);
    await connection.until('third');
    connection.socket.end();
    const answered = await connection.ended();
    expect(answered.match(/HTTP\/1\.1 \d{3}/g)).toStrictEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 400',
      'HTTP/1.1 200',
    ]);
    expect(answered.indexOf('first')).toBeLessThan(answered.indexOf('third'));
  });

  test('a header that one hop alone may read goes to no server', async () => {
    const governed = await Governed.open();
    const secret = 'x'.repeat(20);
    const more = [
      `Cookie: ${secret}`,
      `Authorization: Bearer ${secret}`,
      `Proxy-Authorization: ${secret}`,
      `X-Own: ${secret}`,
      `Mcp-Param-Other: ${secret}`,
      'Connection: Mcp-Name',
      `Forwarded: for=${secret}`,
    ];
    await new RawConnection(governed.url).write(raw([...GOOD, ...more], BODY)).ended();
    expect(governed.server.text).not.toContain(secret);
  });
});

describe('what goes to a server', () => {
  test('names the tool as the server does, where clients know it by another name', async () => {
    const servers = { far: await recordedServer(), near: await recordedServer() };
    const governed = await Governed.open({ servers });
    const { status } = await governed.modern('tools/call', { name: 'far__echo', arguments: { text: 'ä' } });
    expect(status).toBe(200);
    const [came] = servers.far.of('tools/call');
    expect(came?.headers).toMatchObject({ 'mcp-name': 'echo', 'mcp-method': 'tools/call' });
    expect(came?.body['params']).toMatchObject({ name: 'echo' });
    expect(came?.headers['content-length']).toBe(String(Buffer.byteLength(came?.text ?? '')));
    expect(servers.near.of('tools/call')).toEqual([]);
    // A name without its server's, or with another's, is nobody's.
    for (const name of [
      'echo',
      'far__far__echo',
      'far/echo',
      'FAR__echo',
      'far_echo',
      'other__echo',
      '__echo',
      'far__',
      'far__echo\u0000',
    ])
      expect(
        (
          await governed.modern(
            'tools/call',
            { name },
            { 'mcp-name': `=?base64?${Buffer.from(name).toString('base64')}?=` },
          )
        ).messages,
      ).toMatchObject([{ result: { isError: true } }]);
    expect([...servers.far.of('tools/call'), ...servers.near.of('tools/call')]).toHaveLength(1);
  });

  test('is written anew from what policy left of it: arguments, their headers and the length', async () => {
    const card = '4111 1111 1111 1111';
    const policies = '@id("all") @redact("payment-card") permit (principal, action, resource);';
    const governed = await Governed.open({ policies });
    const args = { region: `pay ${card}`, text: `${card} ä` };
    const { status } = await governed.modern(
      'tools/call',
      { name: 'echo', arguments: args },
      { 'mcp-param-region': args.region },
    );
    expect(status).toBe(200);
    const [came] = governed.server.of('tools/call');
    const params = came?.body['params'];
    const sent = isJsonObject(params) && isJsonObject(params['arguments']) ? params['arguments'] : {};
    expect(sent['region']).toEqual(expect.stringContaining('pay '));
    expect(came?.headers['mcp-param-region']).toBe(sent['region']);
    expect(came?.headers['content-length']).toBe(String(Buffer.byteLength(came?.text ?? '')));
    const names =
      came?.raw.rawHeaders.filter((_one, at) => at % 2 === 0).map((name) => name.toLowerCase()) ?? [];
    expect(new Set(names).size).toBe(names.length);
    expect(governed.server.text).not.toContain('4111');
  });

  test('brings nothing along that a name or value could break out with', async () => {
    const governed = await Governed.open();
    const region = 'eu\r\nMcp-Name: other\r\n\r\nPOST / HTTP/1.1';
    const encoded = `=?base64?${Buffer.from(region).toString('base64')}?=`;
    await governed.modern(
      'tools/call',
      { name: 'echo', arguments: { region } },
      { 'mcp-param-region': encoded },
    );
    expect(governed.server.of('tools/call').map(({ headers }) => headers['mcp-param-region'])).toStrictEqual([
      encoded,
    ]);
    const [, headers] = modernRequest('resources/read');
    const uri = 'file:///a\r\nX: 1';
    const named = { ...headers, 'mcp-name': `=?base64?${Buffer.from(uri).toString('base64')}?=` };
    const { status } = await governed.post(
      { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri, _meta: MODERN_META } },
      named,
    );
    expect(status).toBeLessThan(500);
    expect(governed.server.came.every(({ headers: own }) => own['x'] === undefined)).toBe(true);
  });
});
