/** What the gateway shows a server: `servers.NAME.auth`. */
import { resolve } from 'node:path';
import { invalid } from './place.ts';
import { readUrl } from './read-url.ts';
import { parseSecret } from './read-secret.ts';
import type { PlacedValue } from './read-yaml.ts';
import { type Fields, readBoolean, readChoice, readFields, readList, readText } from './shape.ts';
import type { AuthorizationCodeAuth, ClientProof, DpopAuth, OAuthClient, ServerAuth } from './types.ts';

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;
/** RFC 6749 §3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;
/** Headers that the gateway itself writes. */
const RESERVED =
  /^(?:accept|content-.*|host|connection|transfer-encoding|te|trailer|upgrade|expect|mcp-.*|last-event-id)$/i;
const ONE_SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
const PROOF_FIELDS = ['secretEnv', 'secretFile', 'secret', 'method', 'keyFile', 'keyId', 'algorithm'];
const TOKEN_FIELDS = ['clientId', 'scope', 'stepUp', 'resource', 'dpop'];
const CLIENT_FIELDS = ['issuer', 'tokenEndpoint', ...PROOF_FIELDS, ...TOKEN_FIELDS];
const KINDS = ['header', 'clientCredentials', 'tokenExchange', 'authorizationCode'];
const AUTH_HINT =
  'write `auth: {header: {name: Authorization, scheme: Bearer, valueEnv: NAME}}`, or `clientCredentials`, `tokenExchange` or `authorizationCode`';

/** `value` as the credential of a server; `folder` is where relative paths start. Throws `config.invalid`, and never quotes what could be a secret. */
export function parseAuth(value: PlacedValue, folder: string): ServerAuth {
  const fields = readFields(value, KINDS);
  const [header, clientCredentials, tokenExchange, authorizationCode] = KINDS.map((name) => fields.get(name));
  const given = [header, clientCredentials, tokenExchange, authorizationCode].filter(
    (one) => one !== undefined,
  );
  if (given.length !== 1)
    throw invalid(fields.place, 'exactly one kind of credential is expected', AUTH_HINT);
  if (header !== undefined) return parseHeader(header, folder);
  if (clientCredentials !== undefined)
    return {
      kind: 'clientCredentials',
      ...parseClient(readFields(clientCredentials, CLIENT_FIELDS), folder),
    };
  if (authorizationCode !== undefined) return parseAuthorizationCode(authorizationCode, folder);
  const exchange = readFields(tokenExchange ?? value, [...CLIENT_FIELDS, 'audience']);
  const audience = exchange.get('audience');
  return {
    kind: 'tokenExchange',
    ...parseClient(exchange, folder),
    ...(audience === undefined ? {} : { audience: readText(audience) }),
  };
}

function parseHeader(value: PlacedValue, folder: string): ServerAuth {
  const fields = readFields(value, ['name', 'scheme', 'value', 'valueEnv', 'valueFile']);
  const scheme = fields.get('scheme');
  return {
    kind: 'header',
    name: readHeaderName(fields.need('name', 'such as `Authorization`')),
    ...(scheme === undefined
      ? {}
      : { scheme: readUnquoted(scheme, TOKEN, 'a scheme such as `Bearer` is expected') }),
    value: parseSecret(fields, 'value', folder),
  };
}

function parseClient(fields: Fields, folder: string): OAuthClient {
  const [issuer, endpoint] = ['issuer', 'tokenEndpoint'].map((name) => fields.get(name));
  if ((issuer === undefined) === (endpoint === undefined))
    throw invalid(
      fields.place,
      'one of `issuer` and `tokenEndpoint` is expected',
      'say where tokens come from',
    );
  return {
    ...(issuer === undefined ? {} : { issuer: readIssuer(issuer) }),
    ...(endpoint === undefined ? {} : { tokenEndpoint: readUrl(endpoint) }),
    clientId: readText(fields.need('clientId', 'the name under which the gateway is registered there')),
    proof: parseProof(fields, folder),
    ...parseToken(fields, folder),
  };
}

function parseAuthorizationCode(value: PlacedValue, folder: string): AuthorizationCodeAuth {
  const fields = readFields(value, ['issuers', ...PROOF_FIELDS, ...TOKEN_FIELDS]);
  const [issuers, clientId] = ['issuers', 'clientId'].map((name) => fields.get(name));
  const isProven = PROOF_FIELDS.some((name) => fields.get(name) !== undefined);
  if (isProven && clientId === undefined)
    throw invalid(
      fields.place,
      'a secret or a key is that of a `clientId`',
      'write the `clientId`, or neither',
    );
  return {
    kind: 'authorizationCode',
    ...(issuers === undefined ? {} : { issuers: parseIssuers(issuers) }),
    ...(clientId === undefined ? {} : { clientId: readText(clientId) }),
    ...(isProven ? { proof: parseProof(fields, folder) } : {}),
    ...parseToken(fields, folder),
  };
}

function parseIssuers(value: PlacedValue): readonly string[] {
  const issuers = readList(value).map(readIssuer);
  if (issuers.length > 0) return issuers;
  throw invalid(value.place, 'no issuer is named', 'name one, or leave `issuers` out');
}

/** What a token is asked for, whoever asks. */
function parseToken(
  fields: Fields,
  folder: string,
): Pick<OAuthClient, 'scope' | 'stepUp' | 'resource' | 'dpop'> {
  const [scope, stepUp, resource, dpop] = ['scope', 'stepUp', 'resource', 'dpop'].map((name) =>
    fields.get(name),
  );
  const bound = dpop === undefined ? undefined : parseDpop(dpop, folder);
  return {
    ...(scope === undefined
      ? {}
      : { scope: readUnquoted(scope, SCOPE, 'scopes with single spaces between are expected') }),
    ...(stepUp === undefined
      ? {}
      : { stepUp: readList(stepUp).map((one) => readUnquoted(one, ONE_SCOPE, 'a scope is expected')) }),
    ...(resource === undefined ? {} : { resource: readUrl(resource, true) }),
    ...(bound === undefined ? {} : { dpop: bound }),
  };
}

function parseDpop(value: PlacedValue, folder: string): DpopAuth | undefined {
  if (value.kind === 'scalar') return readBoolean(value) ? {} : undefined;
  const file = readFields(value, ['keyFile']).need('keyFile', 'or write `dpop: true`');
  return { file: resolve(folder, readText(file)) };
}

function parseProof(fields: Fields, folder: string): ClientProof {
  const [file, keyId, algorithm, method] = ['keyFile', 'keyId', 'algorithm', 'method'].map((name) =>
    fields.get(name),
  );
  if (file === undefined) {
    for (const other of [keyId, algorithm])
      if (other !== undefined) throw invalid(other.place, 'this is for a client with a `keyFile`');
    return {
      kind: 'secret',
      secret: parseSecret(fields, 'secret', folder),
      method: method === undefined ? 'basic' : readChoice(method, ['basic', 'post'] as const),
    };
  }
  for (const name of ['secret', 'secretEnv', 'secretFile', 'method']) {
    const other = fields.get(name);
    if (other !== undefined) throw invalid(other.place, 'a client has a secret or a key, not both');
  }
  return {
    kind: 'key',
    file: resolve(folder, readText(file)),
    algorithm: algorithm === undefined ? 'ES256' : readChoice(algorithm, ALGORITHMS),
    ...(keyId === undefined ? {} : { keyId: readText(keyId) }),
  };
}

/** An issuer is compared as text, so it stays as it is written. */
function readIssuer(value: PlacedValue): string {
  readUrl(value);
  return readText(value);
}

function readHeaderName(value: PlacedValue): string {
  const name = readUnquoted(value, TOKEN, 'the name of a header is expected');
  if (RESERVED.test(name)) throw invalid(value.place, `\`${name}\` is written by the gateway itself`);
  return name;
}

/** Not quoted: what stands in the wrong place may be a secret. */
function readUnquoted(value: PlacedValue, form: RegExp, problem: string): string {
  const text = value.kind === 'scalar' && typeof value.value === 'string' ? value.value : '';
  if (form.test(text)) return text;
  throw invalid(value.place, problem);
}
