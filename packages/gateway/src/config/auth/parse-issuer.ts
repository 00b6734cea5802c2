/** An issuer of access tokens: `issuers: {okta: {preset: okta, …}}`. */
import {
  type Algorithm,
  ALGORITHMS,
  type ClaimPath,
  type IssuerConfiguration,
  isSafeUrl,
  PRESETS,
  presetOf,
} from '../../auth/index.ts';
import { invalid } from '../place.ts';
import type { PlacedEntry, PlacedValue } from '../read-yaml.ts';
import { type Fields, readChoice, readDuration, readFields, readList, readMap, readText } from '../shape.ts';

const FIELDS = [
  'preset',
  'issuer',
  'tenant',
  'version',
  'domain',
  'jwks',
  'metadata',
  'keysKept',
  'audience',
  'algorithms',
  'agent',
  'person',
  'roles',
  'mfa',
  'scopes',
  'team',
  'org',
];
/** No `:`, which ends it in the ids that begin with it. */
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** Ids that Writ itself makes begin with these. */
const RESERVED: ReadonlySet<string> = new Set(['os', 'token']);
/** RFC 6749 §3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;
const MAX_LIST = 64;
/** Bounds of `keysKept`, in milliseconds: keys are fresh for the one, and the other is how long a withdrawn key may count. */
const [LEAST_KEPT_MS, MOST_KEPT_MS] = [600_000, 86_400_000];

/** One issuer. `resource` is the audience of its tokens where it names none. Throws `config.invalid`. */
export function parseIssuer(
  name: string,
  { place, value }: PlacedEntry,
  resource: string,
): IssuerConfiguration {
  if (!NAME.test(name) || RESERVED.has(name))
    throw invalid(
      place,
      `\`${name.slice(0, 60)}\` cannot name an issuer`,
      'lower-case letters, digits and `-`, at most 32; ids of its tokens begin with it',
    );
  const fields = readFields(value, FIELDS);
  const preset = parsePreset(fields);
  const [audience, algorithms, agent, person, roles, mfa, scopes] = [
    'audience',
    'algorithms',
    'agent',
    'person',
    'roles',
    'mfa',
    'scopes',
  ].map((field) => fields.get(field));
  const [team, org] = ['team', 'org'].map((field) => fields.get(field));
  const { person: presetPerson, roles: presetRoles, mfa: presetMfa, ...rest } = preset;
  const personPath = person === undefined ? presetPerson : readPath(person);
  const readRoles = roles === undefined ? presetRoles : parseRoles(roles, presetRoles?.path);
  const readMfa = mfa === undefined ? presetMfa : parseMfa(mfa);
  return {
    ...rest,
    name,
    keys: parseKeys(fields) ?? preset.keys,
    ...parseKept(fields.get('keysKept')),
    audiences: audience === undefined ? [resource] : readTexts(audience),
    algorithms: algorithms === undefined ? preset.algorithms : parseAlgorithms(algorithms),
    agent: agent === undefined ? preset.agent : readPath(agent),
    ...(personPath === undefined ? {} : { person: personPath }),
    ...(readRoles === undefined ? {} : { roles: readRoles }),
    ...(readMfa === undefined ? {} : { mfa: readMfa }),
    scopes: { ...preset.scopes, ...parseScopes(scopes) },
    ...(team === undefined ? {} : { team: readText(team) }),
    ...(org === undefined ? {} : { org: readText(org) }),
  };
}

/** A text or a list of them, at least one. */
export function readTexts(value: PlacedValue): readonly string[] {
  const texts = value.kind === 'list' ? readList(value).map(readText) : [readText(value)];
  if (texts.length > 0 && texts.length <= MAX_LIST) return texts;
  throw invalid(value.place, `the list has ${texts.length} items`, `1 to ${MAX_LIST}`);
}

/** Scopes (RFC 6749 §3.3). */
export function readScopes(value: PlacedValue): readonly string[] {
  const scopes = readTexts(value);
  if (scopes.every((scope) => SCOPE.test(scope))) return scopes;
  throw invalid(
    value.place,
    'a scope is expected',
    'printable characters without spaces, quotes and backslashes',
  );
}

function parsePreset(fields: Fields) {
  const given = fields.get('preset');
  const name = given === undefined ? 'standard' : readChoice(given, PRESETS);
  const [issuer, tenant, domain, version] = ['issuer', 'tenant', 'domain', 'version'].map((field) =>
    fields.get(field),
  );
  for (const [field, value, owners] of [
    ['tenant', tenant, ['entra']],
    ['version', version, ['entra']],
    ['domain', domain, ['google']],
    ['issuer', issuer, ['standard', 'okta', 'keycloak']],
  ] as const) {
    if (value === undefined || owners.some((owner) => owner === name)) continue;
    throw invalid(value.place, `\`${field}\` means nothing to the preset \`${name}\``, 'remove it');
  }
  const made = presetOf(name, {
    ...(issuer === undefined ? {} : { issuer: readUrl(issuer) }),
    ...(tenant === undefined ? {} : { tenant: readText(tenant) }),
    ...(domain === undefined ? {} : { domain: readText(domain) }),
    ...(version === undefined ? {} : { version: readChoice(version, ['1', '2'] as const) }),
  });
  if ('preset' in made) return made.preset;
  throw invalid(fields.get(made.field)?.place ?? fields.place, made.problem, made.hint);
}

function parseKeys(fields: Fields): IssuerConfiguration['keys'] | undefined {
  const [jwks, metadata] = [fields.get('jwks'), fields.get('metadata')];
  if (jwks !== undefined && metadata !== undefined)
    throw invalid(metadata.place, 'both `jwks` and `metadata` say where the keys are', 'remove one of them');
  if (jwks !== undefined) return { kind: 'jwks', url: readUrl(jwks) };
  return metadata === undefined ? undefined : { kind: 'metadata', urls: [readUrl(metadata)] };
}

/** For how long the last keys count while the issuer is out of reach; a key that was withdrawn meanwhile counts as long. */
function parseKept(value: PlacedValue | undefined): Pick<IssuerConfiguration, 'keptMs'> {
  if (value === undefined) return {};
  return { keptMs: readDuration(value, LEAST_KEPT_MS, MOST_KEPT_MS) };
}

/** An address that keys may come from. */
function readUrl(value: PlacedValue): string {
  const url = readText(value);
  if (isSafeUrl(url)) return url;
  throw invalid(value.place, 'an `https:` address is expected', '`http:` is for the loopback interface');
}

function parseAlgorithms(value: PlacedValue): readonly Algorithm[] {
  const items = readList(value).map((item) => readChoice(item, ALGORITHMS));
  if (items.length > 0) return items;
  throw invalid(value.place, 'no algorithm is named', 'such as `[RS256]`');
}

/** A name with dots for what is within, a URI as it is, or a list of names. */
function readPath(value: PlacedValue): ClaimPath {
  if (value.kind === 'list') return readTexts(value);
  const text = readText(value);
  const path = text.includes('/') ? [text] : text.split('.');
  if (path.every((name) => name !== '')) return path;
  throw invalid(
    value.place,
    `\`${text.slice(0, 60)}\` is not the name of a claim`,
    'such as `realm_access.roles`',
  );
}

function parseRoles(
  value: PlacedValue,
  path: ClaimPath | undefined,
): NonNullable<IssuerConfiguration['roles']> {
  if (value.kind !== 'map') return { path: readPath(value) };
  const fields = readFields(value, ['claim', 'names']);
  const [claim, names] = [fields.get('claim'), fields.get('names')];
  const at = claim === undefined ? path : readPath(claim);
  if (at === undefined)
    throw invalid(value.place, '`claim` is missing', 'write `{claim: groups, names: {…}}`');
  if (names === undefined) return { path: at };
  const entries = [...readMap(names)].map(([role, entry]) => [role, readText(entry.value)] as const);
  return { path: at, names: Object.fromEntries(entries) };
}

function parseMfa(value: PlacedValue): NonNullable<IssuerConfiguration['mfa']> {
  const fields = readFields(value, ['claim', 'anyOf']);
  return {
    path: readPath(fields.need('claim', 'write `mfa: {claim: acr, anyOf: [phr]}`')),
    anyOf: readTexts(fields.need('anyOf', 'name the values that say that two factors were used')),
  };
}

function parseScopes(
  value: PlacedValue | undefined,
): Partial<IssuerConfiguration['scopes']> & { granted: readonly string[] } {
  if (value === undefined) return { granted: [] };
  const fields = readFields(value, ['claim', 'prefix', 'granted']);
  const [claim, prefix, granted] = ['claim', 'prefix', 'granted'].map((field) => fields.get(field));
  return {
    ...(claim === undefined ? {} : { paths: [readPath(claim)] }),
    ...(prefix === undefined ? {} : { prefix: readText(prefix) }),
    granted: granted === undefined ? [] : readScopes(granted),
  };
}
