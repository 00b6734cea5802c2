/** Ordered lists of hosts, as other proxies have them: the first line that fits decides. */
import { Fault } from '@writ/core';
import { normalHost, readNetwork } from '../../network/index.ts';
import { normalResource } from '../target/index.ts';
import type { Rule } from './rule.ts';

const LINE = /^(allow|deny)\s+(?:([A-Z]+(?:,[A-Z]+)*)\s+)?(\S+)$/;
const TARGET = /^(?:(https?):\/\/)?(\*|(?:\*\.)?[^:/*[\]]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?(\/\S*)?$/;
/** Nothing that would end a string of Cedar or be read otherwise by a host. */
const PATH = /^\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*$/;
/** Where a line that allows names no port, it means the web: other ports of a host are other services. */
const WEB_PORTS = [80, 443];
const WHOLE_PREFIXES: ReadonlySet<number> = new Set([8, 16, 24, 32]);
const MAX_PORT = 65_535;
const MAX_RULES = 10_000;
const FORM =
  '`allow|deny [METHOD,…] [https://]HOST[:PORT][/PATH]`, HOST being a name, `*.name`, an address, an IPv4 network (/8, /16, /24) or `*`';

/** The lines of `text`. Throws `config.syntax` with `file` and `line` for one that cannot be read. */
export function parseRules(text: string, file: string): readonly Rule[] {
  const rules = text.split(/\r?\n/).flatMap((whole, at) => {
    const line = whole.replace(/(^|\s)#.*$/, '').trim();
    if (line === '') return [];
    const rule = parseLine(line, at + 1);
    if (rule !== undefined) return [rule];
    throw new Fault('config.syntax', `line ${at + 1} of \`${file}\` is not a rule`, {
      file,
      line: at + 1,
      hint: `write ${FORM}`,
    });
  });
  if (rules.length <= MAX_RULES) return rules;
  throw new Fault('bound.exceeded', `\`${file}\` has more than ${MAX_RULES} rules`, { file });
}

function parseLine(text: string, line: number): Rule | undefined {
  const [, says, methods, target = ''] = LINE.exec(text) ?? [];
  if (says !== 'allow' && says !== 'deny') return undefined;
  const base = { line, says, methods: methods === undefined ? [] : methods.split(',') } as const;
  const network = /^[\d.]+\/\d+$/.test(target) ? readNetwork(target) : undefined;
  if (network !== undefined && !WHOLE_PREFIXES.has(network.prefix)) return undefined;
  if (network !== undefined)
    return { ...base, host: { is: 'network', network: target }, ports: portsOf(says, undefined, undefined) };
  const [, scheme, host = '', port, path] = TARGET.exec(target) ?? [];
  const named = hostOf(host);
  const isPort = port === undefined || (Number(port) >= 1 && Number(port) <= MAX_PORT);
  if (named === undefined || !isPort || (path !== undefined && !isPath(path))) return undefined;
  return {
    ...base,
    host: named,
    ...(scheme === 'http' || scheme === 'https' ? { scheme } : {}),
    ports: portsOf(says, scheme, port),
    ...(path === undefined || path === '/*' ? {} : { path }),
  };
}

function hostOf(text: string): Rule['host'] | undefined {
  if (text === '*') return { is: 'any' };
  const isBelow = text.startsWith('*.');
  const name = normalHost(isBelow ? text.slice(2) : text);
  return name === undefined ? undefined : { is: isBelow ? 'below' : 'exact', name };
}

function portsOf(
  says: Rule['says'],
  scheme: string | undefined,
  port: string | undefined,
): readonly number[] {
  if (port !== undefined) return [Number(port)];
  if (scheme !== undefined) return [scheme === 'https' ? 443 : 80];
  return says === 'allow' ? WEB_PORTS : [];
}

/** Paths are compared as they are sent: one in another form would never fit. */
function isPath(path: string): boolean {
  return PATH.test(path) && normalResource(path) === path;
}
