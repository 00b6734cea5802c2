/** The credential of a server, as configured. */
import { type Clock, Fault, type Timers } from '@writ/core';
import type { DpopAuth, ServerAuth } from '../../../config/index.ts';
import { AuthorizationCode } from './authorization-code.ts';
import { CheckedFetch } from './checked-fetch.ts';
import { clientCredentials } from './client-credentials.ts';
import { clientProof } from './client-proof.ts';
import { type DpopKey, openDpopKey } from './dpop.ts';
import { headerCredential } from './header.ts';
import { OwnTokens } from './own-tokens.ts';
import type { Environment } from './secret.ts';
import { type ProfiledServer, ServerProfile } from './server-profile.ts';
import { SignInStore } from './sign-in-store.ts';
import { type CredentialStops, stoppedCredential } from './stopped-credential.ts';
import { TokenEndpoint } from './token-endpoint.ts';
import { tokenExchange } from './token-exchange.ts';
import type { Credential, CredentialReport, SubjectTokens } from './types.ts';

/** Where secrets, time and callers' tokens come from. */
export interface CredentialPorts {
  readonly environment: Environment;
  readonly clock: Pick<Clock, 'now'>;
  readonly timers: Timers;
  /** Data folder, absolute; absent where nothing is kept: then nobody can be signed in, and keys are gone with the process. */
  readonly data?: string | undefined;
  /** Absent where no face takes tokens: then nothing can be exchanged. */
  readonly tokens?: SubjectTokens | undefined;
  /** Absent where nobody can be stopped. */
  readonly stops?: CredentialStops | undefined;
  /** Absent where nobody is told. */
  readonly report?: CredentialReport | undefined;
}

/** A credential, and what ends its connections. */
export interface OpenCredential {
  readonly credential: Credential;
  close(): Promise<void>;
}

const NO_TOKENS: SubjectTokens = { tokenOf: () => undefined };

/** Opens what `auth` names for `server`, for as long as nobody is stopped. Secrets are read now. Throws `config.invalid` and `key.*`. */
export function openCredential(
  server: ProfiledServer,
  auth: ServerAuth,
  ports: CredentialPorts,
): OpenCredential {
  const opened = openConfigured(server, auth, ports);
  if (ports.stops === undefined) return opened;
  const stopped = stoppedCredential(server.name, opened.credential, ports.stops);
  return {
    credential: stopped.credential,
    async close() {
      stopped.close();
      await opened.close();
    },
  };
}

function openConfigured(server: ProfiledServer, auth: ServerAuth, ports: CredentialPorts): OpenCredential {
  const { name } = server;
  const { environment, clock, timers, data, tokens = NO_TOKENS, report = () => {} } = ports;
  if (auth.kind === 'header') {
    const credential = headerCredential(name, auth, environment);
    return { credential, close: () => Promise.resolve() };
  }
  const store = data === undefined ? undefined : new SignInStore(data, name);
  const dpop = dpopKey(auth.dpop, store, clock);
  const profile = new ServerProfile(server);
  const http = new CheckedFetch(name);
  const close = async (): Promise<void> => void (await Promise.all([profile.close(), http.close()]));
  if (auth.kind === 'authorizationCode') {
    if (store === undefined)
      throw new Fault(
        'config.invalid',
        `server \`${name}\` wants a person’s sign-in, and no data folder keeps any`,
        {
          path: `servers.${name}.auth`,
        },
      );
    const proof = clientProof(name, auth.kind, auth.proof, environment);
    const credential = new AuthorizationCode({
      auth,
      profile,
      store,
      http,
      proof,
      dpop,
      clock,
      timers,
      report,
    });
    return { credential, close };
  }
  const endpoint = new TokenEndpoint(name, auth.kind, auth, environment, http, dpop);
  const own = new OwnTokens({ kind: auth.kind, config: auth, endpoint, profile, dpop, clock, report });
  const credential =
    auth.kind === 'clientCredentials'
      ? clientCredentials(auth, profile.resource, own)
      : tokenExchange(name, auth, profile.resource, own, tokens);
  return { credential, close };
}

/** The key that tokens are bound to, where they are to be. */
export function dpopKey(
  dpop: DpopAuth | undefined,
  store: SignInStore | undefined,
  clock: Pick<Clock, 'now'>,
): DpopKey | undefined {
  return dpop === undefined ? undefined : openDpopKey(dpop.file, store?.keyFile, clock);
}
