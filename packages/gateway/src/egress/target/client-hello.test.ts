import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readClientHello } from './client-hello.ts';

/** An extension, or a name inside one: its length before it. */
const sized = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
const extension = (type: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type >> 8, type & 0xff]), sized(body)]);
const serverName = (name: string): Buffer =>
  extension(0, sized(Buffer.concat([Buffer.from([0]), sized(Buffer.from(name))])));
const ENCRYPTED_HELLO = extension(0xfe0d, Buffer.alloc(180, 7));

/** A ClientHello (RFC 8446 §4.1.2) with these extensions, as a message without its records. */
function message(...extensions: readonly Buffer[]): Buffer {
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 1),
    Buffer.from([0, 0, 2, 0x13, 1, 1, 0]),
    sized(Buffer.concat(extensions)),
  ]);
  return Buffer.concat([Buffer.from([1, 0, body.length >> 8, body.length & 0xff]), body]);
}

/** `bytes` in records of these sizes, the rest in one more. */
function records(bytes: Buffer, ...sizes: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    const part = bytes.subarray(at, at + size);
    if (part.length > 0) parts.push(Buffer.from([22, 3, 1]), sized(part));
    at += size;
  }
  return Buffer.concat(parts);
}

describe('the first bytes of TLS', () => {
  test('name the host, however they are cut into records and arrive', () => {
    const hello = message(
      extension(10, Buffer.alloc(4)),
      serverName('api.test'),
      extension(51, Buffer.alloc(90)),
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 15 });
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (cuts, part) => {
        const bytes = records(hello, ...cuts);
        expect(readClientHello(bytes)).toEqual({ is: 'hello', serverName: 'api.test' });
        expect(readClientHello(Buffer.concat([bytes, Buffer.from('more')]))).toMatchObject({ is: 'hello' });
        const some = bytes.subarray(0, Math.floor(part * (bytes.length - 1)));
        expect(readClientHello(some)).toEqual({ is: 'incomplete' });
      }),
    );
  });

  test('may name none, which is told apart', () => {
    expect(readClientHello(records(message(extension(10, Buffer.alloc(4)))))).toEqual({ is: 'hello' });
  });

  test('name the outer host where another is encrypted in them', () => {
    const hello = message(serverName('outer.test'), ENCRYPTED_HELLO);
    expect(readClientHello(records(hello))).toEqual({ is: 'hello', serverName: 'outer.test' });
  });

  test.each<[string, Buffer]>([
    ['two names', records(message(serverName('api.test'), serverName('other.test')))],
    [
      'two names in one list',
      records(
        message(
          extension(
            0,
            sized(
              Buffer.concat(
                ['a.test', 'b.test'].flatMap((name) => [Buffer.from([0]), sized(Buffer.from(name))]),
              ),
            ),
          ),
        ),
      ),
    ],
    ['an extension past the end', records(message(Buffer.from([0, 0, 0, 200, 1])))],
    ['a name past the end', records(message(extension(0, Buffer.from([0, 9, 0, 0, 60, 97, 98, 99, 100]))))],
    ['an empty record', Buffer.from([22, 3, 1, 0, 0])],
    [
      'another message',
      records(Buffer.concat([Buffer.from([2]), message(serverName('a.test')).subarray(1)])),
    ],
    ['more than a record of it', records(Buffer.from([1, 0, 0x40, 1]))],
    ['SSL 2', Buffer.from([0x80, 0x2e, 1, 3, 1])],
    ['plain text', Buffer.from('GET / HTTP/1.1\r\n')],
  ])('are none that somebody would read otherwise: %s', (_what, bytes) => {
    expect(readClientHello(bytes)).toEqual({ is: 'other' });
  });

  test('in more records than anybody needs are none, before the rest of them is waited for', () => {
    const bytes = records(message(serverName('api.test')), ...Array.from({ length: 40 }, () => 1));
    expect(readClientHello(bytes)).toEqual({ is: 'other' });
    expect(readClientHello(bytes.subarray(0, 17 * 6))).toEqual({ is: 'other' });
  });

  test('that are anything at all are answered', () => {
    const hello = [...records(message(serverName('api.test')))];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: hello.length - 1 }), fc.nat({ max: 255 })), { maxLength: 6 }),
        (changes) => {
          const bytes = Buffer.from(hello);
          for (const [at, value] of changes) bytes[at] = value;
          expect(['hello', 'incomplete', 'other']).toContain(readClientHello(bytes).is);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
