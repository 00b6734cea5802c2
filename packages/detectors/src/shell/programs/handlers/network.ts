/** Programs that reach hosts, where a table does not say which of their words name one. */
import { unite } from '../../codes.ts';
import { addUnresolvedHost, scpHost } from '../../hosts/index.ts';
import type { ShellWord } from '../../types.ts';
import { type Invocation, knownWord } from '../invocation.ts';
import { parseOptions, rest } from '../options.ts';
import { runShellText } from '../shell-text.ts';
import { writeTarget } from './copying.ts';
import { before, behind } from '../../strings.ts';

const SSH_VALUES = {
  '-b -B -c -D -e -F -i -I -J -l -L -m -O -o -p -P -Q -R -S -w -W -E': 'text',
  '--ssh --predict -a --port --bind-server --server': 'text',
} as const;
/** Settings of ssh whose value is a command. */
const SSH_RUNS: RegExp =
  /^\s*(proxycommand|localcommand|knownhostscommand|remotecommand)(?=[=\s])\s*(?:=\s*)?/i;
const SSH_HOST: RegExp = /^\s*(?:hostname|proxyjump)(?=[=\s])\s*(?:=\s*)?/i;
const SSH_LOADS: RegExp =
  /^\s*(?:pkcs11provider|securitykeyprovider|include|match|xauthlocation|proxyusefdpass)\b/i;

/** Options that ssh, scp and sftp share. */
function sshOptions(inv: Invocation, options: ReturnType<typeof parseOptions>['options']): void {
  for (const { name, value } of options) {
    if (value === undefined) continue;
    if (name === '-o') {
      const key = SSH_RUNS.exec(value.value)?.[1] ?? '';
      const command = behind(value.value, SSH_RUNS) ?? '';
      if (value.unresolved.length > 0) inv.note('dynamic-code');
      else if (key !== '' && !/^none$/i.test(command)) {
        if (/^remote/i.test(key))
          inv.engine.text(command, inv.state, inv.inner({ dialect: 'sh', isElsewhere: true }));
        else runShellText(inv, knownWord(command));
      } else if (SSH_LOADS.test(value.value)) inv.note('configured');
      const host = behind(value.value, SSH_HOST) ?? '';
      if (host !== '') for (const jump of host.split(',')) inv.host(knownWord(jump), 'ssh');
    } else if (name === '-F') {
      inv.note('configured');
      inv.touch('read', value);
    } else if (name === '-i') inv.touch('read', value);
    else if (name === '-E') inv.touch('write', value);
    else if (name === '-J')
      for (const jump of value.value.split(',')) inv.host({ ...value, value: jump }, 'ssh');
    else if (name === '-W') inv.host(value);
    else if (name === '-I' || name === '-w') inv.note('configured');
  }
}

export function ssh(inv: Invocation): void {
  const first = parseOptions(inv.args, { values: SSH_VALUES, stops: true });
  const [host, ...behind] = first.operands;
  // Options may also stand behind the host.
  const second = parseOptions(behind, { values: SSH_VALUES, stops: true });
  sshOptions(inv, [...first.options, ...(behind[0]?.value.startsWith('-') ? second.options : [])]);
  if (host === undefined) return;
  const port = [...first.options, ...second.options].find(({ name }) => name === '-p')?.value?.value;
  const place = host.value.replace(/^ssh:\/\//, '').replace(/^.*@/, '');
  const isPort = /^\d+$/.test(port ?? '') && !/:\d+$/.test(place);
  inv.host(
    { ...host, value: isPort && !host.value.includes('://') ? `${place}:${port}` : host.value },
    'ssh',
  );
  const command = behind[0]?.value.startsWith('-') ? second.operands : behind;
  if (command.length === 0) {
    if (inv.state.stdin.kind !== 'inherited') inv.note('piped-code', 'elsewhere');
    return;
  }
  const text: ShellWord = {
    value: command.map(({ value }) => value).join(' '),
    unresolved: unite(...command.map(({ unresolved }) => unresolved)),
  };
  if (text.unresolved.length > 0) return inv.note('dynamic-code', 'elsewhere');
  inv.engine.text(text.value, { ...inv.state, cwds: ['/'] }, inv.inner({ dialect: 'sh', isElsewhere: true }));
}

/** `scp` and `rsync`: places with a colon are on hosts, the others here; the last is written. */
export function scp(inv: Invocation): void {
  sshOptions(inv, inv.name === 'rsync' ? [] : inv.parsed.options);
  const target = inv.operands.at(-1);
  const local: ShellWord[] = [];
  for (const word of inv.operands) {
    const host = /^(?:scp|rsync|sftp|ssh):\/\//i.test(word.value) ? undefined : scpHost(word.value);
    if (host !== undefined) inv.host({ value: host, unresolved: word.unresolved }, 'ssh');
    else if (!/:\/\//.test(word.value) && word !== target) {
      inv.touch('read', word);
      local.push(word);
    }
  }
  if (inv.name === 'rsync' && inv.has('--remove-source-files'))
    for (const word of local) inv.touch('delete', word);
  if (
    target === undefined ||
    inv.operands.length < 2 ||
    scpHost(target.value) !== undefined ||
    /:\/\//.test(target.value)
  )
    return;
  writeTarget(inv, {
    sources: inv.operands.slice(0, -1).map(withoutHost),
    target,
    isFolder: inv.operands.length > 2 || target.value.endsWith('/'),
  });
  if (
    inv.has('--delete', '--del', '--delete-after', '--delete-before', '--delete-during', '--delete-excluded')
  )
    inv.touch('delete', target, 'below');
}

function withoutHost(word: ShellWord): ShellWord {
  return scpHost(word.value) === undefined ? word : { ...word, value: word.value.replace(/^[^:]*::?/, '') };
}

/** `curl -O` and `wget` write the last name of the address into the folder they are in. */
export function webDownload(inv: Invocation): void {
  const isCurl = inv.name === 'curl';
  const folder = inv.value('--output-dir');
  if (folder !== undefined) {
    inv.touch('write', folder, 'below');
    inv.enter(folder);
  }
  for (const { value } of inv.given('-b', '--cookie'))
    if (isCurl && value !== undefined && !value.value.includes('=') && value.value !== '')
      inv.touch('read', value);
  for (const { value } of inv.given('--data-urlencode', '--url-query')) {
    const at = value?.value.search(/@/) ?? -1;
    if (value !== undefined && at > 0 && !value.value.slice(0, at).includes('='))
      inv.touch('read', rest(value, at + 1));
  }
  for (const { value } of inv.given('--resolve', '--connect-to'))
    if (value !== undefined)
      for (const host of value.value.split(':').filter((part) => /[.a-z]/i.test(part)))
        inv.host({ ...value, value: host });
  for (const { value } of inv.given('--unix-socket', '--abstract-unix-socket'))
    if (value !== undefined) inv.touch('write', value);
  if (!isCurl && inv.has('-i', '--input-file')) addUnresolvedHost(inv.engine, 'argument-file', inv.name);
  if (isCurl && inv.has('-K', '--config')) addUnresolvedHost(inv.engine, 'configured', inv.name);
  for (const { value } of inv.given('-e', '--execute'))
    if (!isCurl && value !== undefined) inv.note('configured');
  const isSaving = isCurl
    ? inv.has('-O', '--remote-name', '--remote-name-all', '-J')
    : !inv.has('-O', '--output-document', '--spider');
  if (!isSaving) return;
  for (const word of inv.operands) {
    const name =
      before(word.value, /[?#]/)
        .replace(/^[a-z]+:\/\/[^/]*/i, '')
        .split('/')
        .at(-1) ?? '';
    const isServers =
      inv.has(
        '-J',
        '--content-disposition',
        '-r',
        '--recursive',
        '-m',
        '--mirror',
        '-i',
        '-x',
        '--force-directories',
        '-p',
        '--page-requisites',
      ) || word.unresolved.length > 0;
    if (inv.value('-P', '--directory-prefix') !== undefined && !isCurl)
      inv.touch('write', inv.value('-P', '--directory-prefix') ?? word, 'below');
    else if (isServers) inv.touch('write', knownWord('.'), 'below');
    else inv.touch('write', knownWord(name === '' ? 'index.html' : name));
  }
}

/** `http POST host name=value file@path`. */
export function httpie(inv: Invocation): void {
  const operands = inv.operands.filter(({ value }, at) => !(at === 0 && /^[A-Z]{3,8}$/.test(value)));
  const [url, ...items] = operands;
  if (url !== undefined)
    inv.host(
      url.value.startsWith(':') ? { ...url, value: `localhost${url.value}` } : url,
      inv.name.startsWith('https') ? 'https' : 'http',
    );
  for (const item of items) {
    const at = item.value.search(/:?=?@/);
    if (at !== -1) inv.touch('read', rest(item, item.value.indexOf('@', at) + 1));
  }
}

/** Programs that take a host and a port as words of their own. */
export function transfer(inv: Invocation): void {
  if (inv.name === 'openssl') {
    inv.args.forEach((word, at) => {
      const next = inv.args[at + 1];
      if (next === undefined) return;
      if (word.value === '-connect' || word.value === '-proxy' || word.value === '-host') inv.host(next);
      else if (
        /^-(?:in|inkey|key|sign|verify|prverify|cert|CAfile|certfile|signature|rand|config|passin|pass)$/.test(
          word.value,
        )
      )
        inv.touch('read', { ...next, value: next.value.replace(/^file:/, '') });
      else if (/^-(?:out|keyout|writerand|outform-file)$/.test(word.value)) inv.touch('write', next);
      else if (/^-(?:engine|provider|provider-path)$/.test(word.value)) inv.note('script-file');
    });
    return;
  }
  if (inv.name === 'gh' || inv.name === 'glab') {
    if (!inv.has('--hostname')) inv.host(knownWord(inv.name === 'gh' ? 'github.com' : 'gitlab.com'), 'https');
    const [sub, what, ...others] = inv.operands;
    for (const { value } of inv.given('-F'))
      if (value !== undefined && !value.value.includes('=') && value.value !== '-') inv.touch('read', value);
    if (sub?.value === 'gist' && what?.value === 'create') for (const word of others) inv.touch('read', word);
    if (sub?.value === 'release') for (const word of others.slice(1)) inv.touch('read', word);
    if (sub?.value === 'alias' || (sub?.value === 'extension' && what?.value !== 'list'))
      inv.note('deferred-code');
    return;
  }
  if (inv.has('-l', '--listen') || inv.operands.length === 0) return;
  const [host, port] = inv.operands;
  if (host === undefined) return;
  if (/:\/\//.test(host.value)) return inv.host(host);
  const isPort = port !== undefined && /^\d{1,5}$/.test(port.value);
  const place = withoutPath(host.value.replace(/^.*@/, ''));
  inv.host({ ...host, value: isPort ? `${place}:${port.value}` : place });
  if (/^(?:ftp|sftp|lftp|ncftp|tftp)$/.test(inv.name) && inv.state.stdin.kind !== 'inherited')
    inv.note('piped-code');
}

/** `host:path` without the path; `host:port` as it stands. */
function withoutPath(place: string): string {
  const colon = place.indexOf(':');
  return colon === -1 || /^\d+$/.test(place.slice(colon + 1)) ? place : place.slice(0, colon);
}

const SOCKET: RegExp =
  /^(?:tcp[46]?|udp[46]?|sctp|openssl|ssl|socks4a?|proxy|tcp[46]?-connect|udp[46]?-connect|udp[46]?-sendto|openssl-connect|dtls):([^,]+)/i;

/** `socat TCP:host:port EXEC:command`. */
export function socat(inv: Invocation): void {
  for (const word of inv.operands) {
    for (const part of word.value.split('!!')) {
      const socket = SOCKET.exec(part)?.[1];
      const command = /^(?:exec|system|shell):(.*)$/is.exec(part)?.[1];
      const file = /^(?:open|create|file|gopen|unix(?:-connect|-client|-listen)?|pipe):([^,]+)/i.exec(
        part,
      )?.[1];
      if (socket !== undefined) inv.host({ ...word, value: socket.split(':').slice(0, 2).join(':') });
      else if (command !== undefined) {
        const text = command.replace(
          /,(?:pty|stderr|setsid|sigint|sane|raw|ctty|su=|nofork|pipes|echo=).*$/s,
          '',
        );
        runShellText(inv, { value: text.replace(/^(['"])(.*)\1$/s, '$2'), unresolved: word.unresolved });
      } else if (file !== undefined)
        for (const access of ['read', 'write'] as const) inv.touch(access, { ...word, value: file });
    }
  }
}

/** Name look-ups carry their question to a server: the name itself, and the server that is asked. */
export function lookup(inv: Invocation): void {
  if (inv.name === 'getent' && !/host/.test(inv.operands[0]?.value ?? '')) return;
  const values = { '-f': 'arguments', '-t -c -p -q -x -b -k -y -R -W -m -h': 'text' } as const;
  const { operands, options } = parseOptions(inv.args, { values });
  for (const { name, value } of options) if (name === '-f' && value !== undefined) inv.touch('read', value);
  const names = inv.name === 'getent' || inv.name === 'resolvectl' ? operands.slice(1) : operands;
  for (const word of names) {
    if (
      word.value.startsWith('+') ||
      /^(?:a|aaaa|any|cname|mx|ns|ptr|soa|srv|txt|in|axfr|caa)$/i.test(word.value)
    )
      continue;
    inv.host(word.value.startsWith('@') ? rest(word, 1) : word, 'dns');
  }
  if (inv.has('-f')) inv.note('argument-file');
  if (names.length === 0 && inv.state.stdin.kind !== 'inherited')
    addUnresolvedHost(inv.engine, 'stdin-arguments', inv.name, 'dns');
}
