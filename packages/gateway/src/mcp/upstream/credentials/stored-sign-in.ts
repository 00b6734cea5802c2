/** What is kept of a person's sign-in to a server. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty, parseStrictJson } from '@writ/core';

/** A sign-in. */
export interface SignIn {
  readonly version: 1;
  /** The server that it is to, as it was configured. */
  readonly url: string;
  /** What tokens are asked for (RFC 8707). */
  readonly resource: string;
  readonly issuer: string;
  readonly client: {
    readonly id: string;
    readonly secret?: string | undefined;
    /** How it proves itself; `configured`: as `writ.yaml` says. */
    readonly method: 'basic' | 'post' | 'none' | 'configured';
    /** Port of the loopback interface that it was registered with. */
    readonly redirectPort?: number | undefined;
    /** Whether the gateway registered itself. */
    readonly isRegistered: boolean;
  };
  /** What was granted last. */
  readonly scope?: string | undefined;
  /** SHA-256 of the key that the tokens are bound to. */
  readonly thumbprint?: string | undefined;
  /** Absent where they were dropped. */
  readonly tokens?:
    | {
        readonly access: string;
        readonly refresh?: string | undefined;
        /** Milliseconds since 1970. */
        readonly expires?: number | undefined;
      }
    | undefined;
}

const METHODS = ['basic', 'post', 'none', 'configured'] as const;

/** The sign-in in `text`. Throws for anything else. */
export function parseSignIn(text: string): SignIn {
  const value = objectOf(parseStrictJson(text));
  const client = objectOf(ownProperty(value, 'client'));
  const tokens = ownProperty(value, 'tokens');
  if (ownProperty(value, 'version') !== 1) throw new TypeError('another version');
  const method = METHODS.find((one) => one === ownProperty(client, 'method'));
  if (method === undefined) throw new TypeError('no method');
  return {
    version: 1,
    url: need(textOf(value, 'url')),
    resource: need(textOf(value, 'resource')),
    issuer: need(textOf(value, 'issuer')),
    client: {
      id: need(textOf(client, 'id')),
      secret: textOf(client, 'secret'),
      method,
      redirectPort: numberOf(client, 'redirectPort'),
      isRegistered: ownProperty(client, 'isRegistered') === true,
    },
    scope: textOf(value, 'scope'),
    thumbprint: textOf(value, 'thumbprint'),
    tokens: tokens === undefined ? undefined : parseTokens(objectOf(tokens)),
  };
}

function parseTokens(value: JsonObject): SignIn['tokens'] {
  return {
    access: need(textOf(value, 'access')),
    refresh: textOf(value, 'refresh'),
    expires: numberOf(value, 'expires'),
  };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  if (value !== undefined && isJsonObject(value)) return value;
  throw new TypeError('no object');
}

function textOf(value: JsonObject, name: string): string | undefined {
  const found = ownProperty(value, name);
  if (found === undefined || typeof found === 'string') return found;
  throw new TypeError('no text');
}

function numberOf(value: JsonObject, name: string): number | undefined {
  const found = ownProperty(value, name);
  if (found === undefined || typeof found === 'number') return found;
  throw new TypeError('no number');
}

function need<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('a member is missing');
  return value;
}
