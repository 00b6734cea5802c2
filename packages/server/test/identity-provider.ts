/** A real OpenID provider on the loopback interface, whose person of the moment agrees to everything; what it answers can be bent on the way out. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import Provider from 'oidc-provider';
import { onTestFinished, vi } from 'vitest';

/** The provider. */
export interface TestProvider {
  readonly issuer: string;
  readonly privateKey: CryptoKey;
  readonly kid: string;
  /** Whose turn it is, with the claims of the ID token. */
  person: { id: string; claims: Record<string, unknown> };
  /** Bends the answer of the token endpoint. */
  bend?: ((answer: Record<string, unknown>) => Promise<Record<string, unknown>>) | undefined;
  /** Answers nothing from now on, on connections that stay open. */
  isSilent: boolean;
  /** Whether it answers an error at a path. */
  fails?: ((path: string) => boolean) | undefined;
  /** Ends every connection at once from now on. */
  isGone: boolean;
  /** Requests to the token endpoint. */
  tokens: number;
  /** Is gone, and there again at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): void;
}

/** Starts it for the client `plane`, with the redirect URIs. With `pages` it asks the person, by its own. */
export async function startProvider(
  redirectUris: readonly string[],
  alg = 'RS256',
  asks: 'nobody' | 'pages' = 'nobody',
): Promise<TestProvider> {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.spyOn(console, 'info').mockImplementation(() => undefined);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  const found: TestProvider = {
    issuer,
    privateKey,
    kid: 'one',
    person: { id: 'ann', claims: {} },
    isSilent: false,
    isGone: false,
    tokens: 0,
    async stop() {
      close();
      if (server.listening) await once(server, 'close');
    },
    async start() {
      server.listen(Number(new URL(issuer).port), '127.0.0.1');
      await once(server, 'listening');
    },
    close,
  };
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: found.kid, alg, use: 'sig' }] },
    clients: [
      {
        client_id: 'plane',
        client_secret: 'a-secret-of-the-test',
        redirect_uris: redirectUris,
        id_token_signed_response_alg: alg,
      },
    ],
    claims: { openid: ['sub', 'groups'], profile: ['name'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['a key of the test'] },
    ...(asks === 'pages'
      ? {}
      : { interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` } }),
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, ...found.person.claims }),
    }),
    features: { devInteractions: { enabled: asks === 'pages' } },
  });
  const standard = provider.callback();
  server.on('request', (request, response) => {
    if (found.isGone) return void request.socket.destroy();
    if (found.isSilent) return;
    const path = request.url ?? '';
    if (found.fails?.(path) === true) return void response.writeHead(500).end();
    if (asks === 'nobody' && path.startsWith('/interaction/'))
      return void agree(found, provider, request, response);
    if (path === '/token') {
      found.tokens += 1;
      if (found.bend !== undefined) bent(response, found.bend);
    }
    standard(request, response);
  });
  return found;
}

/** Makes what is written to `response` another. */
function bent(response: ServerResponse, bend: NonNullable<TestProvider['bend']>): void {
  const end = response.end.bind(response);
  response.end = ((body: Buffer | string) => {
    void bend(JSON.parse(String(body)) as Record<string, unknown>).then((answer) => {
      const text = JSON.stringify(answer);
      response.setHeader('content-length', Buffer.byteLength(text));
      end(text);
    });
    return response;
  }) as typeof response.end;
}

async function agree(
  { person }: TestProvider,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params, prompt, session } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: person.id } });
    return;
  }
  const grant = new provider.Grant({ accountId: session?.accountId, clientId: params['client_id'] });
  grant.addOIDCScope(params['scope'] ?? '');
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

const MOST_HOPS = 16;

/** Goes to `url` as a browser does, until it is sent away from the provider; answers where to. */
export async function throughProvider(url: string, issuer: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let next = url;
  for (let hops = 0; hops < MOST_HOPS; hops += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response: Response = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (set.split(';', 1)[0] ?? '').split('=');
      cookies.set(name, value);
    }
    const text = await response.text();
    const location = response.headers.get('location');
    if (location === null) throw new Error(`the provider shows a page: ${text.slice(0, 500)}`);
    next = new URL(location, next).href;
    if (!next.startsWith(issuer)) return new URL(next);
  }
  throw new Error('too many redirects');
}
