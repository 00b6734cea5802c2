/** Reading what brokers have in common: several addresses, over TLS, and a login. */
import type { ClientTls } from '@writ/stream';
import { invalid } from '../place.ts';
import { parseTls } from '../read-tls.ts';
import { type Fields, readList } from '../shape.ts';
import { readHostPort, readInsecure, requirePrivate } from './read.ts';

/** More than any cluster needs to begin with. */
const MAX_ADDRESSES = 32;

/** Where brokers are, and whether they are reached over TLS. */
export interface BrokerAddresses {
  /** `host:port`; an IPv6 address stands in brackets. */
  readonly addresses: readonly string[];
  readonly tls: ClientTls | false;
}

/** The list `name` of `fields`, with `tls` and `insecure`. Throws `config.invalid`. */
export function readBrokers(fields: Fields, name: string, folder: string): BrokerAddresses {
  const list = fields.need(name, `write \`${name}: [broker.example.com:4222]\``);
  const items = readList(list);
  if (items.length === 0 || items.length > MAX_ADDRESSES)
    throw invalid(list.place, `1 to ${MAX_ADDRESSES} addresses are expected`);
  const given = fields.get('tls');
  const isNone = given?.kind === 'scalar' && given.value === false;
  const tls = isNone ? false : given === undefined ? {} : parseTls(given, folder);
  const isInsecure = readInsecure(fields);
  return {
    tls,
    addresses: items.map((item) => {
      const { host, port } = readHostPort(item);
      requirePrivate(item.place, { host, isTls: tls !== false, isInsecure });
      return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    }),
  };
}
