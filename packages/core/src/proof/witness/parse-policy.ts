/** Reads trust policies from the text of c2sp.org/tlog-policy, with the line and column of what is wrong. */
import { Fault, fromUtf8, isFault, toHex } from '../../kernel/index.ts';
import type { Sha256 } from '../merkle/index.ts';
import { parseVerifierKey, type VerifierKey } from '../note/index.ts';
import type { PolicyLog, PolicyWitness, Quorum, TrustPolicy } from './trust-policy.ts';

/** Longest policy read, in bytes. */
export const MAX_POLICY_BYTES = 1_048_576;
/** Most logs, most witnesses and most groups; the specification asks for at least 32 of each. */
export const MAX_POLICY_NAMES = 256;
/** The quorum that needs no witness; no name of a witness or group. */
const NONE = 'none';

/** An item of a line, as latin1 text, so that names are compared by their octets. */
interface Item {
  readonly text: string;
  readonly line: number;
  /** From 1, in octets. */
  readonly column: number;
}

/**
 * The policy in `bytes`. Throws `trust.malformed` with `line` and `column`, both from 1: for anything that the specification does not allow, and
 * for a policy beyond the bounds here.
 */
export function parseTrustPolicy(sha256: Sha256, bytes: Uint8Array): TrustPolicy {
  if (bytes.length > MAX_POLICY_BYTES) {
    throw new Fault('trust.malformed', `a trust policy has at most ${MAX_POLICY_BYTES} bytes`);
  }
  const reader = new PolicyReader(sha256);
  let start = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end < 0 ? bytes.length : end;
    reader.take(splitLine(bytes.subarray(start, stop), line));
    start = stop + 1;
  }
  return reader.finish();
}

/** Collects what the lines define; a name is known from the line after its own. */
class PolicyReader {
  readonly #sha256: Sha256;
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  readonly #named = new Map<string, Quorum>();
  readonly #groupMembers = new Set<string>();
  readonly #publicKeys = { log: new Set<string>(), witness: new Set<string>() };
  #groups = 0;
  #quorum: Quorum | undefined;

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  take([keyword, ...items]: readonly Item[]): void {
    if (keyword === undefined || keyword.text.startsWith('#')) return;
    switch (keyword.text) {
      case 'log':
        this.#takeLog(keyword, items);
        return;
      case 'witness':
        this.#takeWitness(keyword, items);
        return;
      case 'group':
        this.#takeGroup(keyword, items);
        return;
      case 'quorum':
        this.#takeQuorum(keyword, items);
        return;
      default:
        throw malformed(
          keyword,
          `\`${shown(keyword)}\` begins no line, expected log, witness, group or quorum`,
        );
    }
  }

  finish(): TrustPolicy {
    if (this.#quorum === undefined) throw new Fault('trust.malformed', 'a trust policy has one quorum line');
    return { logs: this.#logs, witnesses: this.#witnesses, quorum: this.#quorum };
  }

  #takeLog(keyword: Item, [key, url, ...rest]: readonly Item[]): void {
    if (key === undefined || rest.length > 0) throw malformed(keyword, 'expected `log vkey [url]`');
    requireRoom(keyword, this.#logs.length, 'logs');
    this.#logs.push({ key: this.#readKey(key, 'log'), ...urlOf(url) });
  }

  #takeWitness(keyword: Item, [name, key, url, ...rest]: readonly Item[]): void {
    if (name === undefined || key === undefined || rest.length > 0) {
      throw malformed(keyword, 'expected `witness name vkey [url]`');
    }
    requireRoom(keyword, this.#witnesses.length, 'witnesses');
    this.#requireNew(name);
    const witness = { name: shown(name), key: this.#readKey(key, 'witness'), ...urlOf(url) };
    this.#witnesses.push(witness);
    this.#named.set(name.text, { kind: 'witness', witness });
  }

  #takeGroup(keyword: Item, [name, threshold, ...members]: readonly Item[]): void {
    if (name === undefined || threshold === undefined || members.length === 0) {
      throw malformed(keyword, 'expected `group name all|any|number member…`');
    }
    requireRoom(keyword, this.#groups, 'groups');
    this.#requireNew(name);
    const quorums = members.map((member) => this.#readMember(member));
    this.#named.set(name.text, {
      kind: 'group',
      name: shown(name),
      threshold: readThreshold(threshold, quorums.length),
      members: quorums,
    });
    this.#groups += 1;
  }

  #takeQuorum(keyword: Item, [name, ...rest]: readonly Item[]): void {
    if (name === undefined || rest.length > 0) throw malformed(keyword, 'expected `quorum name`');
    if (this.#quorum !== undefined) throw malformed(keyword, 'a second quorum line, expected one');
    const quorum: Quorum | undefined = name.text === NONE ? { kind: 'none' } : this.#named.get(name.text);
    if (quorum === undefined) throw malformed(name, `\`${shown(name)}\` is defined on no line before`);
    this.#quorum = quorum;
  }

  /** INVARIANT: no name is a member twice, so that a witness counts in one way only. */
  #readMember(member: Item): Quorum {
    const quorum = this.#named.get(member.text);
    if (quorum === undefined) throw malformed(member, `\`${shown(member)}\` is defined on no line before`);
    if (this.#groupMembers.has(member.text)) {
      throw malformed(member, `\`${shown(member)}\` is a member already, expected once`);
    }
    this.#groupMembers.add(member.text);
    return quorum;
  }

  #requireNew(name: Item): void {
    if (name.text === NONE) throw malformed(name, '`none` is no name for a witness or group');
    if (this.#named.has(name.text)) throw malformed(name, `\`${shown(name)}\` is defined already`);
  }

  #readKey(item: Item, role: 'log' | 'witness'): VerifierKey {
    const key = parseKey(this.#sha256, item);
    const fits = key.algorithm === 'ml-dsa-44' || (key.algorithm === 'ed25519') === (role === 'log');
    if (!fits) throw malformed(item, `a ${role} has no key of the algorithm ${key.algorithm}`);
    const publicKey = toHex(key.publicKey);
    const known = this.#publicKeys[role];
    if (known.has(publicKey)) throw malformed(item, `the public key of another ${role}`);
    known.add(publicKey);
    return key;
  }
}

/** The items of a line. Throws `trust.malformed` for a control character other than tab. */
function splitLine(bytes: Uint8Array, line: number): readonly Item[] {
  const items: Item[] = [];
  let text = '';
  const end = (at: number): void => {
    if (text !== '') items.push({ text, line, column: at - text.length + 1 });
    text = '';
  };
  for (const [at, octet] of bytes.entries()) {
    if (octet === 0x20 || octet === 0x09) end(at);
    else if (octet < 0x20 || octet === 0x7f) {
      throw malformed({ line, column: at + 1 }, `the control character ${octet}, expected none but tab`);
    } else text += String.fromCharCode(octet);
  }
  end(bytes.length);
  return items;
}

function readThreshold(item: Item, members: number): number {
  if (item.text === 'all') return members;
  if (item.text === 'any') return 1;
  const threshold = /^[0-9]{1,9}$/.test(item.text) ? Number(item.text) : Number.NaN;
  if (threshold >= 1 && threshold <= members) return threshold;
  throw malformed(item, `the threshold \`${shown(item)}\`, expected all, any, or 1 to ${members}`);
}

function parseKey(sha256: Sha256, item: Item): VerifierKey {
  try {
    return parseVerifierKey(sha256, fromUtf8(octets(item)));
  } catch (cause) {
    if (!isFault(cause)) throw cause;
    const { line, column } = item;
    throw new Fault('trust.malformed', `line ${line}: ${cause.message}`, { line, column }, { cause });
  }
}

function urlOf(item: Item | undefined): { readonly url?: string } {
  return item === undefined ? {} : { url: shown(item) };
}

function requireRoom(at: Item, count: number, what: string): void {
  if (count >= MAX_POLICY_NAMES) throw malformed(at, `more ${what} than ${MAX_POLICY_NAMES}`);
}

/** The item as text to show; octets that are no UTF-8 are replaced. */
function shown(item: Item): string {
  return new TextDecoder().decode(octets(item));
}

function octets({ text }: Item): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function malformed({ line, column }: Pick<Item, 'line' | 'column'>, problem: string): Fault {
  return new Fault('trust.malformed', `line ${line}: ${problem}`, { line, column });
}
