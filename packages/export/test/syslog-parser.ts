// Reads messages of RFC 5424 by its grammar, and nothing that it does not allow. Knows nothing of the printer.

export interface ReadMessage {
  readonly priority: number;
  readonly header: readonly string[];
  readonly data: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly text: string;
}

const HEADER = /^<(\d{1,3})>1 (\S+) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) /;
const NAME = /^[!#-<>-\\^-~]{1,32}/;

/** Throws for what the grammar has not. */
export function readMessage(octets: Uint8Array): ReadMessage {
  const line = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  const header = HEADER.exec(line);
  if (header === null) throw new Error('no header');
  let rest = line.slice(header[0].length);
  const data = new Map<string, Map<string, string>>();
  if (rest.startsWith('-')) rest = rest.slice(1);
  else while (rest.startsWith('[')) rest = readElement(rest.slice(1), data);
  if (rest !== '' && !rest.startsWith(' \ufeff')) throw new Error('no text in UTF-8');
  return { priority: Number(header[1]), header: header.slice(2), data, text: rest.slice(2) };
}

function readElement(given: string, data: Map<string, Map<string, string>>): string {
  const id = NAME.exec(given)?.[0];
  if (id === undefined || data.has(id)) throw new Error('no SD-ID, or one twice');
  const parameters = new Map<string, string>();
  data.set(id, parameters);
  let rest = given.slice(id.length);
  while (rest.startsWith(' ')) {
    const name = NAME.exec(rest.slice(1))?.[0];
    if (name === undefined || !rest.startsWith(`${name}="`, 1)) throw new Error('no parameter');
    rest = rest.slice(name.length + 3);
    let value = '';
    for (; !rest.startsWith('"'); rest = rest.slice(1)) {
      if (rest === '' || rest.startsWith(']')) throw new Error('a value that does not end');
      if (/^\\["\\\]]/.test(rest)) rest = rest.slice(1);
      value += rest[0];
    }
    rest = rest.slice(1);
    parameters.set(name, value);
  }
  if (!rest.startsWith(']')) throw new Error('an element that does not end');
  return rest.slice(1);
}

/** Splits a stream of messages with their counts before them. */
export function readFrames(stream: Uint8Array): readonly Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at < stream.length; ) {
    const space = stream.indexOf(0x20, at);
    const count = new TextDecoder().decode(stream.subarray(at, space));
    if (space === -1 || !/^[1-9]\d*$/.test(count)) throw new Error('no count');
    const end = space + 1 + Number(count);
    if (end > stream.length) throw new Error('a message that ends early');
    messages.push(stream.subarray(space + 1, end));
    at = end;
  }
  return messages;
}
