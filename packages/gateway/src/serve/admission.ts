/** Who may call, as the configuration says it; counted and told where somebody may not. */
import type { IncomingMessage } from 'node:http';
import { type Caller, type Clock, Fault, type IssuerRecord } from '@writ/core';
import {
  type AuthConfiguration,
  createAuthenticator,
  incomingRequest,
  isChallenge,
  resourceMetadata,
} from '../auth/index.ts';
import type { GatewayConfiguration } from '../config/index.ts';
import type { Admitted, Challenge } from '../mcp/index.ts';
import type { EventLog, Metrics } from '../telemetry/index.ts';

/** `gateway.auth`. Throws `config.invalid` where it does not say who may call. */
export function requireAuth({ auth }: Pick<GatewayConfiguration, 'auth'>): AuthConfiguration {
  if (auth !== undefined) return auth;
  throw new Fault('config.invalid', 'nobody may call: `gateway.auth` does not say who', {
    path: 'gateway.auth',
    hint: 'configure `issuers`, `tokens: true` or `mtls`; `auth: none` lets every user of this machine call as the agent',
  });
}

/** What admission stands on. */
export interface AdmissionOptions {
  readonly clock: Clock;
  /** Data folder: where API tokens are. */
  readonly data: string;
  readonly metrics: Metrics;
  readonly events: EventLog;
  /** Holds the access token of a caller, for servers that want one in exchange. */
  readonly hold: (caller: Caller, token: string) => void;
  /** Records that keys of an issuer which is out of reach are used; where it rejects they are not. */
  readonly outage: (record: IssuerRecord) => Promise<void>;
  /** Whether a configured issuer, by its URL, is believed now; absent: each is. */
  readonly trusts?: (issuer: string) => boolean;
}

/** Asks who sends a request; refusals are counted, and told without anything that was sent. */
export function createAdmission(
  auth: AuthConfiguration,
  { clock, data, metrics, events, hold, outage, trusts }: AdmissionOptions,
): (request: IncomingMessage, method?: string) => Promise<Admitted | Challenge> {
  const report = (line: string): void => events.write('warn', 'auth', line);
  // Nothing of a request says who calls: nothing of it is read.
  if (auth.kind === 'none') return () => Promise.resolve({});
  const authenticator = createAuthenticator(auth, {
    clock,
    data,
    report,
    verified: hold,
    outage,
    ...(trusts === undefined ? {} : { trusts }),
  });
  return async (request, method) => {
    const admitted = await authenticator.authenticate(incomingRequest(request, method));
    if (isChallenge(admitted)) {
      const { status, code } = admitted;
      metrics.unauthenticated(code);
      events.write('info', 'auth.refused', 'a caller was not let in', { status, code });
    }
    return admitted;
  };
}

/** For people: what tells callers apart. */
export function describeAuth(auth: AuthConfiguration): string {
  if (auth.kind === 'none') return 'none: every user of this machine calls as the agent';
  return [
    ...auth.issuers.map(({ name, issuer }) => `${name} (${issuer})`),
    ...(auth.hasTokens ? ['API tokens'] : []),
    ...(auth.certificates.length > 0 ? ['client certificates'] : []),
  ].join(', ');
}

/** Documents that everybody may read, by path: how to get a token (RFC 9728). */
export function publicDocuments(auth: AuthConfiguration): ReadonlyMap<string, string> {
  const published = auth.kind === 'checked' ? resourceMetadata(auth) : undefined;
  return new Map(published === undefined ? [] : [[published.path, JSON.stringify(published.document)]]);
}
