/** Who may call over HTTP: `gateway: {auth: …}`. */
import type { AgentIdentity } from '@writ/core';
import type {
  AuthConfiguration,
  CertificateRule,
  CheckedAuth,
  IssuerConfiguration,
} from '../../auth/index.ts';
import { invalid } from '../place.ts';
import type { PlacedEntry, PlacedValue } from '../read-yaml.ts';
import { type Fields, readBoolean, readFields, readMap, readText } from '../shape.ts';
import { parseIssuer, readScopes } from './parse-issuer.ts';

const FIELDS = ['resource', 'scopes', 'issuers', 'tokens', 'mtls'];
const HINT =
  'configure `issuers`, `tokens: true` or `mtls`; or write `auth: none`, which lets in every user of this machine';
const MAX_ID_LENGTH = 256;
/** SHA-256 in hexadecimal, with or without the colons of OpenSSL. */
const THUMBPRINT = /^[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){31}$/;
/** RFC 3986 §3. */
const URI = /^[a-z][a-z0-9+.-]*:[^\s"\\]+$/;

/** `value` as the methods by which callers are authenticated. Throws `config.invalid`. */
export function parseAuth(value: PlacedValue): AuthConfiguration {
  if (value.kind === 'scalar') {
    if (value.value === 'none') return { kind: 'none' };
    throw invalid(value.place, 'neither `none` nor a method is configured', HINT);
  }
  const fields = readFields(value, FIELDS);
  const [resource, issuers, tokens, mtls, scopes] = ['resource', 'issuers', 'tokens', 'mtls', 'scopes'].map(
    (name) => fields.get(name),
  );
  const checked: CheckedAuth = {
    kind: 'checked',
    ...(resource === undefined ? {} : { resource: readResource(resource) }),
    scopes: scopes === undefined ? { all: [], byMethod: {} } : parseScopes(scopes),
    issuers: issuers === undefined ? [] : parseIssuers(issuers, fields),
    certificates: mtls === undefined ? [] : parseCertificates(mtls),
    hasTokens: tokens === undefined ? false : readBoolean(tokens),
  };
  if (checked.issuers.length > 0 || checked.certificates.length > 0 || checked.hasTokens) return checked;
  throw invalid(value.place, 'no method is configured, so nobody could call', HINT);
}

function parseIssuers(value: PlacedValue, fields: Fields): readonly IssuerConfiguration[] {
  const resource = readResource(
    fields.need(
      'resource',
      'write the address by which clients know this gateway, such as `https://gateway.example.com/mcp`',
    ),
  );
  const issuers: IssuerConfiguration[] = [];
  for (const [name, entry] of readMap(value)) {
    const issuer = parseIssuer(name, entry, resource);
    const other = issuers.find((known) => known.issuer === issuer.issuer);
    if (other !== undefined)
      throw invalid(
        entry.place,
        `the issuer of \`${name}\` is already that of \`${other.name}\``,
        'a token has one issuer',
      );
    issuers.push(issuer);
  }
  return issuers;
}

/** RFC 8707 §2: absolute, without a fragment. */
function readResource(value: PlacedValue): string {
  const text = readText(value);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (isHttp && !text.includes('#') && url.username === '' && url.password === '') return text;
  throw invalid(
    value.place,
    'the address of this gateway is expected',
    'such as `https://gateway.example.com/mcp`, without a fragment',
  );
}

function parseScopes(value: PlacedValue): CheckedAuth['scopes'] {
  const fields = readFields(value, ['required', 'methods']);
  const [required, methods] = [fields.get('required'), fields.get('methods')];
  const byMethod =
    methods === undefined
      ? []
      : [...readMap(methods)].map(([method, entry]) => [method, readScopes(entry.value)] as const);
  return {
    all: required === undefined ? [] : readScopes(required),
    byMethod: Object.fromEntries(byMethod),
  };
}

function parseCertificates(value: PlacedValue): readonly CertificateRule[] {
  const fields = readFields(value, ['agents']);
  const agents = readMap(
    fields.need('agents', 'write `mtls: {agents: {"spiffe://example.com/bot": {id: bot}}}`'),
  );
  const rules = [...agents].map(([name, entry]) => parseCertificate(name, entry));
  if (rules.length > 0) return rules;
  throw invalid(value.place, 'no certificate is named', 'name it by its SHA-256 or by a URI in it');
}

function parseCertificate(name: string, { place, value }: PlacedEntry): CertificateRule {
  const fields = readFields(value, ['id', 'team', 'org', 'scopes']);
  const scopes = fields.get('scopes');
  return {
    match: matchOf(name, place),
    agent: parseAgent(fields),
    scopes: scopes === undefined ? [] : readScopes(scopes),
  };
}

function matchOf(name: string, place: PlacedEntry['place']): CertificateRule['match'] {
  if (THUMBPRINT.test(name)) return { thumbprint: name.replaceAll(':', '').toLowerCase() };
  if (URI.test(name)) return { uri: name };
  throw invalid(
    place,
    `\`${name.slice(0, 60)}\` names no certificate`,
    'its SHA-256 in hexadecimal, or a URI in it',
  );
}

function parseAgent(fields: Fields): AgentIdentity {
  const [team, org] = [fields.get('team'), fields.get('org')];
  return {
    id: readId(fields.need('id', 'write `{id: bot}`')),
    ...(team === undefined ? {} : { team: readId(team) }),
    ...(org === undefined ? {} : { org: readId(org) }),
  };
}

function readId(value: PlacedValue): string {
  const text = readText(value);
  if (text.length <= MAX_ID_LENGTH) return text;
  throw invalid(value.place, `the id is longer than ${MAX_ID_LENGTH} characters`);
}
