/** The first bytes of a TLS connection: enough of a ClientHello to see which host it names (RFC 8446 §4.1.2, RFC 6066 §3). */

/** What the bytes so far are. */
export type Hello =
  | { readonly is: 'hello'; readonly serverName?: string }
  | { readonly is: 'incomplete' }
  | { readonly is: 'other' };

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 0x01;
const SERVER_NAME = 0;
const HOST_NAME = 0;
const RECORD_HEAD = 5;
const MESSAGE_HEAD = 4;
/** A hello with keys after quantum computers has some 1.8 KB; more than a record is nobody's. */
const MAX_HELLO = 16_384;
/** Clients cut it into a few where they cut it at all; each further one only costs whoever reads it. */
const MAX_RECORDS = 16;

const INCOMPLETE: Hello = { is: 'incomplete' };
const OTHER: Hello = { is: 'other' };

/** Reads what came so far of a connection. Never throws. */
export function readClientHello(bytes: Buffer): Hello {
  try {
    return read(bytes);
  } catch (fault) {
    // A field that says it is longer than what holds it.
    if (fault instanceof RangeError) return OTHER;
    throw fault;
  }
}

function read(bytes: Buffer): Hello {
  // The message may be cut over several records.
  const parts: Buffer[] = [];
  let have = 0;
  let need = MESSAGE_HEAD;
  for (let at = 0; have < need; ) {
    if (parts.length === MAX_RECORDS) return OTHER;
    if (bytes.length > at && bytes[at] !== HANDSHAKE) return OTHER;
    if (bytes.length < at + RECORD_HEAD) return INCOMPLETE;
    if (bytes[at + 1] !== 3) return OTHER;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > MAX_HELLO) return OTHER;
    const part = bytes.subarray(at + RECORD_HEAD, at + RECORD_HEAD + length);
    if (have === 0 && part.length > 0 && part[0] !== CLIENT_HELLO) return OTHER;
    parts.push(part);
    have += part.length;
    if (have >= MESSAGE_HEAD) {
      need = MESSAGE_HEAD + Buffer.concat(parts).readUIntBE(1, 3);
      if (need > MAX_HELLO) return OTHER;
    }
    if (part.length < length && have < need) return INCOMPLETE;
    at += RECORD_HEAD + length;
  }
  const name = serverNameOf(Buffer.concat(parts).subarray(MESSAGE_HEAD, need));
  return name === undefined ? { is: 'hello' } : { is: 'hello', serverName: name };
}

function serverNameOf(hello: Buffer): string | undefined {
  let at = 2 + 32;
  at += 1 + hello.readUInt8(at);
  at += 2 + hello.readUInt16BE(at);
  at += 1 + hello.readUInt8(at);
  if (at === hello.length) return undefined;
  const end = at + 2 + hello.readUInt16BE(at);
  if (end !== hello.length) throw new RangeError('extensions of another length');
  let name: string | undefined;
  for (at += 2; at < end; ) {
    const type = hello.readUInt16BE(at);
    const length = hello.readUInt16BE(at + 2);
    if (at + 4 + length > end) throw new RangeError('an extension past the end');
    if (type === SERVER_NAME) {
      // Twice would be one name for us and another for the server.
      if (name !== undefined) throw new RangeError('two server names');
      name = onlyName(hello.subarray(at + 4, at + 4 + length));
    }
    at += 4 + length;
  }
  return name;
}

function onlyName(list: Buffer): string {
  const length = list.readUInt16BE(3);
  const isOne =
    list.readUInt16BE(0) === list.length - 2 && list.readUInt8(2) === HOST_NAME && length === list.length - 5;
  if (!isOne) throw new RangeError('not one server name');
  return list.subarray(5).toString('latin1');
}
