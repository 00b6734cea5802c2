/** Reading an AuthZEN request and a mode from the command line. */
import { readFileSync } from 'node:fs';
import {
  type AuthZenRequest,
  Fault,
  fromUtf8,
  isFault,
  type Mode,
  MODES,
  parseAuthZenRequest,
  parseStrictJson,
  systemClock,
} from '@writ/core';
import { suggest } from '@writ/gateway';

/** The mode called `text`. Throws `cli.usage`. */
export function parseMode(text: string): Mode {
  const mode = MODES.find((known) => known === text);
  if (mode !== undefined) return mode;
  throw new Fault('cli.usage', `\`${text}\` is not a mode`, { hint: suggest(text, MODES) });
}

/** The request in `file`; `-` is standard input. Throws `cli.usage`, `json.*`, `request.invalid`. */
export function readRequest(file: string): AuthZenRequest {
  const name = file === '-' ? 'standard input' : file;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (cause) {
    // A request that is not there is bad input, unlike a disk that fails.
    throw new Fault('cli.usage', `cannot read the request \`${name}\``, { file }, { cause });
  }
  try {
    // RFC 8259 §8.1: a byte order mark may be ignored, and editors on Windows write one.
    const text = fromUtf8(bytes).replace(/^\ufeff/, '');
    return parseAuthZenRequest(parseStrictJson(text), systemClock.now());
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    throw new Fault(fault.code, `${name}: ${fault.message}`, { ...fault.data, file }, { cause: fault.cause });
  }
}
