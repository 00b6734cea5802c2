/** `gateway:` in `writ.yaml`. */
import { resolve } from 'node:path';
import { parseAuth } from '../auth/index.ts';
import { invalid } from '../place.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { type Fields, readBoolean, readChoice, readFields, readList, readText } from '../shape.ts';
import { DEFAULT_DRAIN, DEFAULT_LIMITS, parseDrain, parseLimits } from './limits.ts';
import { ADDRESS_HINT, isLoopback, isWildcard, readAddress } from './listen-address.ts';
import type {
  AdminConfiguration,
  EventLogConfiguration,
  GatewayConfiguration,
  ListenAddress,
  TlsConfiguration,
} from './types.ts';

const FIELDS = [
  'listen',
  'path',
  'url',
  'hosts',
  'origins',
  'insecure',
  'tls',
  'auth',
  'admin',
  'log',
  'limits',
  'drain',
  'metrics',
];
/** Where MCP is served where nobody says otherwise: this machine alone. */
export const DEFAULT_LISTEN: ListenAddress = { host: '127.0.0.1', port: 8640 };
/** Where probes and metrics are. */
const DEFAULT_ADMIN: ListenAddress = { host: '127.0.0.1', port: 8641 };
const DEFAULT_PATH = '/mcp';
const DEFAULT_LOG: EventLogConfiguration = { form: 'text', level: 'info', passesServers: false };
/** Segments of unreserved characters (RFC 3986 §2.3), so that a path has one spelling. */
const PATH = /^(?:\/[A-Za-z0-9._~-]{1,64}){1,8}$/;
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])$/;

/** A gateway of which nobody says anything: on loopback alone. */
export const DEFAULT_GATEWAY: GatewayConfiguration = {
  listen: DEFAULT_LISTEN,
  path: DEFAULT_PATH,
  hosts: [],
  origins: [],
  isBehindProxy: false,
  admin: { on: 'listen', listen: DEFAULT_ADMIN },
  log: DEFAULT_LOG,
  limits: DEFAULT_LIMITS,
  drain: DEFAULT_DRAIN,
  hasToolMetrics: false,
};

/** The gateway in `value`; `folder` is where relative paths start. Throws `config.invalid`. */
export function parseGateway(value: PlacedValue, folder: string): GatewayConfiguration {
  const fields = readFields(value, FIELDS);
  const url = fields.get('url');
  const tls = fields.get('tls');
  const auth = fields.get('auth');
  const limits = fields.get('limits');
  const drain = fields.get('drain');
  return {
    listen: parseListen(fields.get('listen')) ?? DEFAULT_LISTEN,
    path: parsePath(fields.get('path')),
    ...(url === undefined ? {} : { url: readUrl(url) }),
    hosts: parseNames(fields, 'hosts', readHost),
    origins: parseNames(fields, 'origins', readOrigin),
    isBehindProxy: parseInsecure(fields.get('insecure')),
    ...(tls === undefined ? {} : { tls: parseTls(tls, folder) }),
    ...(auth === undefined ? {} : { auth: parseAuth(auth) }),
    admin: parseAdmin(fields.get('admin')),
    log: parseEventLog(fields.get('log')),
    limits: limits === undefined ? DEFAULT_LIMITS : parseLimits(limits),
    drain: drain === undefined ? DEFAULT_DRAIN : parseDrain(drain),
    hasToolMetrics: parseMetrics(fields.get('metrics')),
  };
}

function parseListen(value: PlacedValue | undefined): ListenAddress | undefined {
  if (value === undefined) return undefined;
  const address = readAddress(readText(value));
  if (address === undefined) throw invalid(value.place, 'an address to listen at is expected', ADDRESS_HINT);
  return address;
}

function parsePath(value: PlacedValue | undefined): string {
  if (value === undefined) return DEFAULT_PATH;
  const path = readText(value);
  const isPlain = PATH.test(path) && !path.split('/').some((part) => part === '.' || part === '..');
  if (isPlain && !path.startsWith('/.well-known')) return path;
  throw invalid(
    value.place,
    `\`${path.slice(0, 60)}\` is not a path of an endpoint`,
    'such as `/mcp`: letters, digits, `.`, `_`, `~` and `-` between slashes',
  );
}

/** Not quoted in faults: somebody may write a password into it. */
function readUrl(value: PlacedValue): string {
  const text = readText(value);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare =
    url !== undefined && [url.username, url.password, url.search, url.hash].every((part) => part === '');
  const isWeb = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(bare(url.hostname)));
  if (isBare && isWeb) return url.href;
  throw invalid(
    value.place,
    'the address of the endpoint as clients know it is expected',
    'such as `https://gateway.example.com/mcp`, without user, query and fragment; `http:` is for loopback',
  );
}

function parseNames(fields: Fields, name: string, read: (value: PlacedValue) => string): readonly string[] {
  const value = fields.get(name);
  return value === undefined ? [] : readList(value).map(read);
}

function readHost(value: PlacedValue): string {
  const host = readText(value).toLowerCase();
  if (HOST.test(host) && !isWildcard(bare(host))) return host;
  throw invalid(
    value.place,
    `\`${host.slice(0, 60)}\` is not a host`,
    'a name or an address without port and `*`, such as `gateway.example.com` or `[2001:db8::1]`',
  );
}

function readOrigin(value: PlacedValue): string {
  const text = readText(value);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && url.origin === text && /^https?:$/.test(url.protocol)) return text;
  throw invalid(
    value.place,
    `\`${text.slice(0, 60)}\` is not an origin`,
    'scheme, host and port alone, such as `https://app.example.com`; never `*`',
  );
}

function parseInsecure(value: PlacedValue | undefined): boolean {
  return value !== undefined && readChoice(value, ['behind-proxy'] as const) === 'behind-proxy';
}

function parseTls(value: PlacedValue, folder: string): TlsConfiguration {
  const fields = readFields(value, ['cert', 'key', 'clientCa', 'clientCertificate']);
  const hint = 'write `tls: {cert: cert.pem, key: key.pem}`';
  const clientCa = fields.get('clientCa');
  const demanded = fields.get('clientCertificate');
  if (demanded !== undefined && clientCa === undefined) {
    const missing = 'name the authorities: `clientCa: clients.pem`';
    throw invalid(demanded.place, 'certificates of clients are spoken of, and no authority', missing);
  }
  return {
    cert: resolve(folder, readText(fields.need('cert', hint))),
    key: resolve(folder, readText(fields.need('key', hint))),
    ...(clientCa === undefined ? {} : { clientCa: resolve(folder, readText(clientCa)) }),
    isClientRequired:
      clientCa !== undefined &&
      (demanded === undefined || readChoice(demanded, ['required', 'optional'] as const) === 'required'),
  };
}

function parseAdmin(value: PlacedValue | undefined): AdminConfiguration {
  if (value === undefined) return { on: 'listen', listen: DEFAULT_ADMIN };
  if (value.kind === 'scalar') {
    const on = readChoice(value, ['gateway', 'off'] as const);
    return { on };
  }
  const listen = parseListen(readFields(value, ['listen']).get('listen')) ?? DEFAULT_ADMIN;
  return { on: 'listen', listen };
}

function parseEventLog(value: PlacedValue | undefined): EventLogConfiguration {
  if (value === undefined) return DEFAULT_LOG;
  const fields = readFields(value, ['form', 'level', 'servers']);
  const form = fields.get('form');
  const level = fields.get('level');
  const servers = fields.get('servers');
  return {
    form: form === undefined ? DEFAULT_LOG.form : readChoice(form, ['json', 'text'] as const),
    level:
      level === undefined
        ? DEFAULT_LOG.level
        : readChoice(level, ['debug', 'info', 'warn', 'error'] as const),
    passesServers: servers === undefined ? false : readBoolean(servers),
  };
}

function parseMetrics(value: PlacedValue | undefined): boolean {
  if (value === undefined) return false;
  const tools = readFields(value, ['tools']).get('tools');
  return tools !== undefined && readBoolean(tools);
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
