import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLine } from './decode-line.ts';
import { LineSplitter } from './line-splitter.ts';
import { outlineOf } from './outline.ts';
import { readMessages } from './reader.ts';
import { RpcPeer } from './peer.ts';

const decode = (text: string): ReturnType<typeof decodeLine> => decodeLine(new TextEncoder().encode(text));

describe('lines', () => {
  function split(chunks: readonly Uint8Array[], maxLineBytes = 10): readonly string[] {
    const found: string[] = [];
    const splitter = new LineSplitter(
      {
        line: (bytes) => void found.push(new TextDecoder().decode(bytes)),
        tooLong: () => void found.push('<too long>'),
      },
      maxLineBytes,
    );
    for (const chunk of chunks) splitter.push(chunk);
    splitter.end();
    return found;
  }

  test('are the same however the bytes come in pieces', () => {
    const line = fc.stringMatching(/^[a-z]{1,14}$/);
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(30)), (lines, cuts) => {
        const bytes = new TextEncoder().encode(lines.join('\n'));
        const pieces: Uint8Array[] = [];
        let from = 0;
        for (const cut of cuts) {
          pieces.push(bytes.subarray(from, from + cut));
          from = Math.min(bytes.length, from + cut);
        }
        pieces.push(bytes.subarray(from));
        expect(split(pieces)).toEqual(lines.map((one) => (one.length > 10 ? '<too long>' : one)));
      }),
    );
  });

  test('past the bound are told once, and the next line is whole', () => {
    const pieces = [...'x'.repeat(50), '\n', 'next', '\n'].map((piece) => new TextEncoder().encode(piece));
    expect(split(pieces)).toEqual(['<too long>', 'next']);
  });

  test('of 100 MB leave memory bounded', () => {
    const chunk = new Uint8Array(64 * 1024).fill(0x61);
    const before = process.memoryUsage().arrayBuffers;
    const found: string[] = [];
    const splitter = new LineSplitter({
      line: () => void found.push('line'),
      tooLong: () => void found.push('too long'),
    });
    let most = 0;
    for (let sent = 0; sent < 100 * 1024 * 1024; sent += chunk.length) {
      splitter.push(chunk);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(found).toEqual(['too long']);
    // Two buffers at most while one doubles.
    expect(most).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('a line that is no message', () => {
  test.each([
    ['text', 'hello', -32700, null],
    ['a NUL byte', '{"jsonrpc":"2.0","id":1,"method":"\u0000"}', -32700, null],
    ['a text that is cut', '{"jsonrpc":"2.0","id":1,"meth', -32700, null],
    ['two values', '{"jsonrpc":"2.0","id":1,"method":"a"} {}', -32700, null],
    ['a byte order mark', '\ufeff{"jsonrpc":"2.0","id":1,"method":"a"}', -32700, null],
    ['a key that stands twice', '{"jsonrpc":"2.0","id":1,"method":"a","params":{"a":1,"a":2}}', -32600, 1],
    ['an id that stands twice', '{"jsonrpc":"2.0","id":1,"id":2,"method":"a"}', -32600, null],
    ['a lone surrogate', '{"jsonrpc":"2.0","id":"x","method":"a","params":{"a":"\\ud800"}}', -32600, 'x'],
    ['an inexact integer', '{"jsonrpc":"2.0","id":7,"method":"a","params":[9007199254740993]}', -32600, 7],
    ['an inexact id', '{"jsonrpc":"2.0","id":9007199254740993,"method":"a"}', -32600, null],
    ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"a"}]', -32600, null],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"a"}', -32600, 1],
    ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"a"}', -32600, null],
    ['parameters in a list', '{"jsonrpc":"2.0","id":1,"method":"a","params":[1]}', -32600, 1],
    ['a method that is no string', '{"jsonrpc":"2.0","id":1,"method":1}', -32600, 1],
    [
      'an answer with result and error',
      '{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":""}}',
      -32600,
      null,
    ],
    ['an answer without either', '{"jsonrpc":"2.0","id":1}', -32600, null],
    ['a call that is an answer too', '{"jsonrpc":"2.0","id":1,"method":"a","result":1}', -32600, 1],
  ])('is refused with its code and, where it is certain, its id: %s', (_why, text, code, id) => {
    expect(decode(text)).toMatchObject({ kind: 'malformed', id, error: { code } });
  });

  test('names the place', () => {
    expect(decode('{"jsonrpc":"2.0","id":1,"method":"a","params":{"a":1,"a":2}}')).toMatchObject({
      error: { message: expect.stringMatching(/column \d+, in `params`/) },
    });
  });

  test('nested 10,000 deep is refused with its id', () => {
    const deep = `{"jsonrpc":"2.0","id":3,"method":"a","params":{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`;
    expect(decode(deep)).toMatchObject({ kind: 'malformed', code: 'json.too-deep', id: 3 });
  });

  test('is refused without its id where its bytes are not UTF-8', () => {
    expect(decodeLine(Uint8Array.of(0x7b, 0xff, 0x7d))).toMatchObject({ code: 'bytes.encoding', id: null });
  });
});

test('any bytes are a message, a refusal or a blank line, and never a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      decodeLine(bytes);
    }),
  );
});

test('any JSON is a message or a refusal', () => {
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false }), (text) => {
      expect(decode(text)?.kind).toMatch(/^(request|notification|response|malformed)$/);
    }),
  );
});

test('what the outline reads of a well-formed message is what a parser reads', () => {
  const message = fc.record(
    { id: fc.oneof(fc.maxSafeInteger(), fc.string()), method: fc.string(), params: fc.jsonValue() },
    { requiredKeys: ['id'], noNullPrototype: true },
  );
  fc.assert(
    fc.property(message, fc.constantFrom(undefined, 1), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent).replaceAll('\n', ' ');
      expect(outlineOf(text)).toEqual({ id: value.id, isCall: Object.hasOwn(value, 'method') });
    }),
  );
});

test('the outline never throws, and knows nothing of what is not one whole object', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      outlineOf(text);
      expect(outlineOf(`{"id":1,"method":"a"} ${text} x`)).toBeUndefined();
    }),
  );
});

test('reading pauses while whoever takes the messages is busy', async () => {
  const stream = new PassThrough();
  const taken: string[] = [];
  let release: (() => void) | undefined;
  const read = readMessages(stream, {
    message: (message) => void taken.push(message.kind),
    malformed: () => void taken.push('malformed'),
    busy: () => (taken.length === 1 ? new Promise((resolve) => (release = resolve)) : undefined),
  });
  stream.write('{"jsonrpc":"2.0","method":"a"}\n');
  await new Promise((resolve) => setImmediate(resolve));
  stream.end('{"jsonrpc":"2.0","id":1,"method":"b"}');
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toEqual(['notification']);
  release?.();
  await read;
  expect(taken).toEqual(['notification', 'request']);
});

test('a peer that does not read gets no more than a bounded number of bytes', async () => {
  const peer = new RpcPeer(new PassThrough());
  const params = { text: 'x'.repeat(1024 * 1024) };
  let sent = 0;
  while (peer.notify('a', params) && sent < 1000) sent += 1;
  expect(sent).toBeLessThan(70);
  await expect(peer.request('a', params)).rejects.toMatchObject({ code: 'bound.exceeded' });
});

test('an answer that nobody waits for is ignored', () => {
  expect(new RpcPeer(new PassThrough()).settle(1, { result: {} })).toBe(false);
});
