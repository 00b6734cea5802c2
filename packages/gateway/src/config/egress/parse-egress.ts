/** `egress:` and `authz:` in `writ.yaml`. */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { ipBytes, normalHost, readNetwork } from '../../network/index.ts';
import { isLoopback, type ListenAddress, readAddress } from '../gateway/index.ts';
import { readCount } from '../limits/index.ts';
import { invalid } from '../place.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { readChoice, readFields, readList, readMap, readText } from '../shape.ts';
import { DEFAULT_EGRESS_LIMITS, parseEgressLimits } from './limits.ts';
import type { AuthzConfiguration, EgressConfiguration, InspectConfiguration, LocalAddress } from './types.ts';

const FIELDS = ['listen', 'auth', 'allowNetworks', 'hosts', 'dns', 'https', 'inspect', 'unread', 'limits'];
const DEFAULT_EGRESS_LISTEN: ListenAddress = { host: '127.0.0.1', port: 8650 };
const DEFAULT_AUTHZ_LISTEN: ListenAddress = { host: '127.0.0.1', port: 8651 };
const HTTPS_PORT = 443;
const MAX_PORT = 65_535;
/** `sun_path` holds 104 bytes where it is shortest. */
const MAX_SOCKET_PATH = 103;
/** An IPv4 network this wide is half of everything; nobody names it by mistake and lives. */
const LEAST_PREFIX = 8;
const DNS_SERVER =
  /^(?:(?<four>[\d.]+)(?::(?<port4>\d{1,5}))?|(?<six>[0-9a-fA-F:]+)|\[(?<in6>[0-9a-fA-F:.]+)\](?::(?<port6>\d{1,5}))?)$/;

/** A proxy of which nobody says anything: on loopback, to public addresses, as policies permit. */
export const DEFAULT_EGRESS: EgressConfiguration = {
  listen: DEFAULT_EGRESS_LISTEN,
  needsToken: false,
  allowNetworks: [],
  hosts: new Map(),
  dns: [],
  tlsPorts: [HTTPS_PORT],
  passesUnread: false,
  limits: DEFAULT_EGRESS_LIMITS,
};

/** An authorization service of which nobody says anything. */
export const DEFAULT_AUTHZ: AuthzConfiguration = { listen: DEFAULT_AUTHZ_LISTEN };

/** The proxy in `value`; `folder` is where relative paths start. Throws `config.invalid`. */
export function parseEgress(value: PlacedValue, folder: string): EgressConfiguration {
  const fields = readFields(value, FIELDS);
  const list = <Item>(name: string, read: (item: PlacedValue) => Item): readonly Item[] => {
    const given = fields.get(name);
    return given === undefined ? [] : readList(given).map(read);
  };
  const listen = fields.get('listen');
  const auth = fields.get('auth');
  const hosts = fields.get('hosts');
  const inspect = fields.get('inspect');
  const unread = fields.get('unread');
  const limits = fields.get('limits');
  return {
    listen: listen === undefined ? DEFAULT_EGRESS_LISTEN : readLocal(listen, folder),
    needsToken: auth !== undefined && readChoice(auth, ['tokens', 'none'] as const) === 'tokens',
    allowNetworks: list('allowNetworks', readNetworkText),
    hosts: hosts === undefined ? new Map() : parseHosts(hosts),
    dns: list('dns', readDnsServer),
    tlsPorts:
      fields.get('https') === undefined
        ? [HTTPS_PORT]
        : list('https', (item) => readCount(item, 1, MAX_PORT)),
    ...(inspect === undefined ? {} : { inspect: parseInspect(inspect, folder) }),
    passesUnread: unread !== undefined && readChoice(unread, ['refuse', 'pass'] as const) === 'pass',
    limits: limits === undefined ? DEFAULT_EGRESS_LIMITS : parseEgressLimits(limits),
  };
}

/** The service in `value`. Throws `config.invalid`. */
export function parseAuthz(value: PlacedValue, folder: string): AuthzConfiguration {
  const fields = readFields(value, ['listen', 'url']);
  const listen = fields.get('listen');
  const url = fields.get('url');
  return {
    listen: listen === undefined ? DEFAULT_AUTHZ_LISTEN : readLocal(listen, folder),
    ...(url === undefined ? {} : { url: readServiceUrl(url) }),
  };
}

/** `text` as an address of this machine alone; `undefined` where it is none. */
export function readLocalAddress(text: string, folder: string): LocalAddress | undefined {
  if (text.startsWith('unix:')) {
    const socket = resolve(folder, text.slice('unix:'.length));
    return text.length > 'unix:'.length && Buffer.byteLength(socket) <= MAX_SOCKET_PATH
      ? { socket }
      : undefined;
  }
  const address = readAddress(text);
  return address !== undefined && isLoopback(address.host) ? address : undefined;
}

/** What {@link readLocalAddress} takes, for hints. */
export const LOCAL_ADDRESS_HINT =
  'write HOST:PORT on loopback (`127.0.0.1:8650`, port 0 takes a free one), or `unix:PATH` of at most 103 bytes, which a container or sandbox is given as a file';

function readLocal(value: PlacedValue, folder: string): LocalAddress {
  const address = readLocalAddress(readText(value), folder);
  if (address !== undefined) return address;
  throw invalid(value.place, 'an address of this machine alone is expected', LOCAL_ADDRESS_HINT);
}

function readNetworkText(value: PlacedValue): string {
  const text = readText(value);
  const network = readNetwork(text);
  if (network === undefined)
    throw invalid(
      value.place,
      `\`${text.slice(0, 60)}\` is not a network`,
      'such as `10.1.0.0/16`, or one address; no bits past the prefix',
    );
  if (network.prefix >= LEAST_PREFIX) return text;
  throw invalid(
    value.place,
    `\`${text}\` is too much of the address space`,
    `a prefix of at least /${LEAST_PREFIX}; public addresses need no name`,
  );
}

function parseHosts(value: PlacedValue): ReadonlyMap<string, string> {
  const hosts = new Map<string, string>();
  for (const [name, entry] of readMap(value)) {
    if (normalHost(name) !== name || isIP(name) !== 0)
      throw invalid(
        entry.place,
        `\`${name.slice(0, 60)}\` is not the name of a host`,
        'in small letters, such as `build.internal`; addresses go to `allowNetworks`',
      );
    const leads = readText(entry.value);
    if (leads !== 'dns' && ipBytes(leads) === undefined)
      throw invalid(
        entry.value.place,
        `\`${leads.slice(0, 60)}\` is neither an address nor \`dns\``,
        'the address that is meant, or `dns` for wherever it is looked up',
      );
    hosts.set(
      name,
      leads === 'dns' ? leads : (normalHost(leads.includes(':') ? `[${leads}]` : leads) ?? leads),
    );
  }
  return hosts;
}

function readDnsServer(value: PlacedValue): string {
  const text = readText(value);
  const { four, six, in6, port4, port6 } = DNS_SERVER.exec(text)?.groups ?? {};
  const address = four ?? six ?? in6;
  if (address !== undefined && isIP(address) !== 0 && Number(port4 ?? port6 ?? 53) <= MAX_PORT) return text;
  throw invalid(
    value.place,
    `\`${text.slice(0, 60)}\` is not a DNS server`,
    'its address, such as `10.0.0.2` or `127.0.0.1:5353`',
  );
}

function parseInspect(value: PlacedValue, folder: string): InspectConfiguration {
  const fields = readFields(value, ['hosts', 'except', 'ca']);
  const names = (name: string): readonly string[] => {
    const given = fields.get(name);
    return given === undefined ? [] : readList(given).map(readHostPattern);
  };
  const ca = fields.get('ca');
  return {
    hosts: names('hosts'),
    except: names('except'),
    ...(ca === undefined ? {} : { ca: resolve(folder, readText(ca)) }),
  };
}

function readHostPattern(value: PlacedValue): string {
  const text = readText(value);
  const bare = text.startsWith('*.') ? text.slice(2) : text;
  if (normalHost(bare) === bare) return text;
  throw invalid(
    value.place,
    `\`${text.slice(0, 60)}\` is not a host`,
    'a name in small letters, or everything below one: `*.example.com`',
  );
}

function readServiceUrl(value: PlacedValue): string {
  const text = readText(value);
  const url = URL.parse(text);
  const isBare = url !== null && url.username === '' && url.search === '' && url.hash === '';
  if (isBare && (url.protocol === 'https:' || url.protocol === 'http:')) return text.replace(/\/$/, '');
  throw invalid(
    value.place,
    'the address of the service as its clients know it is expected',
    'such as `https://pdp.example.com`',
  );
}
