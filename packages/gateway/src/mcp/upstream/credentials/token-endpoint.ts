/** Asks an authorization server for tokens (RFC 6749, RFC 8414), over connections as checked as those to servers. */
import { createPrivateKey } from 'node:crypto';
import { Fault, isFault, readKeyFile } from '@writ/core';
import * as oauth from 'oauth4webapi';
import { Agent, fetch as request } from 'undici';
import type { OAuthClient } from '../../../config/index.ts';
import { checkedLookup } from '../address.ts';
import { type Environment, readSecret } from './secret.ts';
import type { IssuedToken } from './token-cache.ts';

/** Longest wait for an authorization server, in milliseconds. */
const DEADLINE_MS = 15_000;
/** Largest answer of one, in bytes. */
const MAX_BYTES = 262_144;
/** RFC 6749 §5.2, and what extensions add: never quoted, where a server writes something else. */
const ERROR_CODE = /^[a-z_]{1,60}$/;
/** What can stand after `Bearer` (RFC 6750 §2.1). */
const BEARER = /^[A-Za-z0-9\-._~+/]{1,16384}=*$/;

/** Web Cryptography, §18.2, by the algorithm of RFC 7518. */
const KEY_PARAMETERS: Readonly<Record<string, { name: string; hash?: string; namedCurve?: string }>> = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  EdDSA: { name: 'Ed25519' },
};

/** What a token is asked for with, besides the client. */
export interface TokenRequest {
  readonly grant: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What oauth4webapi wants, for requests with and without a body. */
interface Options {
  readonly [oauth.allowInsecureRequests]?: boolean;
  readonly [oauth.customFetch]: (url: string, options: Sent) => Promise<Response>;
}
interface Sent {
  readonly body?: URLSearchParams | null | undefined;
  readonly headers: Record<string, string>;
  readonly method: string;
}

/** One authorization server, as one client. */
export class TokenEndpoint {
  readonly #server: string;
  readonly #field: string;
  readonly #config: OAuthClient;
  readonly #proof: () => Promise<oauth.ClientAuth>;
  readonly #options: Options;
  readonly #agent: Agent;
  #metadata: Promise<oauth.AuthorizationServer> | undefined;

  /** Throws as {@link readSecret}, and `key.*` where the key cannot be used. */
  constructor(server: string, field: string, config: OAuthClient, environment: Environment) {
    this.#server = server;
    this.#field = field;
    this.#config = config;
    this.#proof = proofOf(server, field, config, environment);
    const agent = new Agent({
      connect: { lookup: checkedLookup(server, false) },
      maxResponseSize: MAX_BYTES,
    });
    this.#agent = agent;
    const isLocal = new URL(config.issuer ?? config.tokenEndpoint ?? '').protocol === 'http:';
    this.#options = {
      // The configuration takes `http:` on the loopback interface alone.
      ...(isLocal ? { [oauth.allowInsecureRequests]: true } : {}),
      [oauth.customFetch]: async (url, { body, headers, method }) => {
        const signal = AbortSignal.timeout(DEADLINE_MS);
        const sent = { body: body?.toString() ?? null, headers, method, redirect: 'manual', signal } as const;
        const answer: unknown = await request(url, { ...sent, dispatcher: agent });
        // undici's own class, which is the platform's by another name.
        return answer as Response;
      },
    };
  }

  /** A token for `asked`. Rejects with `upstream.credential`, which says what failed and quotes nothing of it. */
  async fetch({ grant, parameters }: TokenRequest): Promise<IssuedToken> {
    const client = { client_id: this.#config.clientId };
    try {
      const metadata = await this.#discovered();
      const { scope } = this.#config;
      const answer = await oauth.genericTokenEndpointRequest(
        metadata,
        client,
        await this.#proof(),
        grant,
        { ...(scope === undefined ? {} : { scope }), ...parameters },
        this.#options,
      );
      const token = await oauth.processGenericTokenEndpointResponse(metadata, client, answer);
      if (!BEARER.test(token.access_token)) throw new TypeError('no bearer token');
      return {
        token: token.access_token,
        ...(token.expires_in === undefined ? {} : { expiresInMs: token.expires_in * 1_000 }),
      };
    } catch (thrown) {
      throw this.#failed(thrown);
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** The server's metadata, read once; a failure is forgotten, so that the next who asks tries again. */
  #discovered(): Promise<oauth.AuthorizationServer> {
    const { issuer, tokenEndpoint } = this.#config;
    if (tokenEndpoint !== undefined)
      return Promise.resolve({ issuer: new URL(tokenEndpoint).origin, token_endpoint: tokenEndpoint });
    this.#metadata ??= this.#discover(new URL(issuer ?? '')).catch((thrown: unknown) => {
      this.#metadata = undefined;
      throw thrown;
    });
    return this.#metadata;
  }

  async #discover(issuer: URL): Promise<oauth.AuthorizationServer> {
    const answers = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...this.#options });
    if (answers.ok) return oauth.processDiscoveryResponse(issuer, answers);
    await answers.body?.cancel();
    return oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...this.#options }),
    );
  }

  #failed(thrown: unknown): Fault {
    if (isFault(thrown, 'key.malformed')) return thrown;
    const code =
      thrown instanceof oauth.ResponseBodyError && ERROR_CODE.test(thrown.error) ? thrown.error : undefined;
    const how =
      code === undefined ? 'no token could be had' : `the authorization server answered \`${code}\``;
    const problem = `the credential \`${this.#field}\` of server \`${this.#server}\` failed: ${how}`;
    const path = `servers.${this.#server}.auth.${this.#field}`;
    // Without the cause: what libraries say of a response may quote it.
    return new Fault('upstream.credential', problem, { server: this.#server, path });
  }
}

/** How the client proves itself. What it needs is read now; a key is prepared when the first token is asked for. */
function proofOf(
  server: string,
  field: string,
  { proof }: OAuthClient,
  environment: Environment,
): () => Promise<oauth.ClientAuth> {
  if (proof.kind === 'secret') {
    const secret = readSecret(proof.secret, environment, server, `${field}.secret`);
    const auth = proof.method === 'post' ? oauth.ClientSecretPost(secret) : basic(secret);
    return () => Promise.resolve(auth);
  }
  const { file, algorithm, keyId } = proof;
  const bytes = privateKey(file);
  let signer: Promise<oauth.ClientAuth> | undefined;
  return () => {
    signer ??= crypto.subtle
      .importKey('pkcs8', bytes, KEY_PARAMETERS[algorithm] ?? '', false, ['sign'])
      .then((key) => oauth.PrivateKeyJwt(keyId === undefined ? key : { key, kid: keyId }))
      .catch(() => {
        throw malformedKey(file);
      });
    return signer;
  };
}

/** The key in DER. */
function privateKey(file: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(createPrivateKey(readKeyFile(file)).export({ format: 'der', type: 'pkcs8' }));
  } catch (thrown) {
    if (isFault(thrown)) throw thrown;
    throw malformedKey(file);
  }
}

function malformedKey(file: string): Fault {
  const hint = 'a private key of the algorithm in PEM (PKCS #8)';
  return new Fault('key.malformed', `\`${file}\` holds no key that signs assertions`, { file, hint });
}

/**
 * RFC 6749 §2.3.1, form-urlencoded as the URL Standard has it: `-`, `.` and `_` stay as they are. A server that decodes reads the same as
 * from any other encoding, and one that does not, which many do not, reads what most identifiers and secrets are made of.
 */
function basic(secret: string): oauth.ClientAuth {
  const encoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);
  return (_server, { client_id: id }, _body, headers) => {
    const pair = `${encoded(id)}:${encoded(secret)}`;
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
  };
}
