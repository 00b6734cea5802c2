/** The credential of a server, as configured. */
import type { Clock } from '@writ/core';
import type { ServerAuth } from '../../../config/index.ts';
import { clientCredentials } from './client-credentials.ts';
import { headerCredential } from './header.ts';
import type { Environment } from './secret.ts';
import { TokenEndpoint } from './token-endpoint.ts';
import { tokenExchange } from './token-exchange.ts';
import type { Credential, SubjectTokens } from './types.ts';

/** Where secrets, time and callers' tokens come from. */
export interface CredentialPorts {
  readonly environment: Environment;
  readonly clock: Pick<Clock, 'now'>;
  /** Absent where no face takes tokens: then nothing can be exchanged. */
  readonly tokens?: SubjectTokens | undefined;
}

/** A credential, and what ends its connections. */
export interface OpenCredential {
  readonly credential: Credential;
  close(): Promise<void>;
}

const NO_TOKENS: SubjectTokens = { tokenOf: () => undefined };

/** Opens what `auth` names for the server `name` at `url`. Secrets are read now. Throws `config.invalid` and `key.*`. */
export function openCredential(
  name: string,
  url: string,
  auth: ServerAuth,
  ports: CredentialPorts,
): OpenCredential {
  if (auth.kind === 'header') {
    const credential = headerCredential(name, auth, ports.environment);
    return { credential, close: () => Promise.resolve() };
  }
  const endpoint = new TokenEndpoint(name, auth.kind, auth, ports.environment);
  const resource = resourceOf(url);
  const credential =
    auth.kind === 'clientCredentials'
      ? clientCredentials(auth, resource, endpoint, ports.clock)
      : tokenExchange(name, auth, resource, endpoint, ports.tokens ?? NO_TOKENS, ports.clock);
  return { credential, close: () => endpoint.close() };
}

/** RFC 8707 §2: without query and fragment. MCP, Authorization: without a slash that ends nothing but the host. */
function resourceOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return pathname === '/' ? origin : `${origin}${pathname}`;
}
