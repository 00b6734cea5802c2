/** The two listeners of a gateway: for MCP, and for probes and metrics. */
import type { AuthConfiguration } from '../auth/index.ts';
import type { GatewayConfiguration } from '../config/index.ts';
import type { HttpFace } from '../mcp/index.ts';
import type { Metrics } from '../telemetry/index.ts';
import { publicDocuments } from './admission.ts';
import type { Certificate } from './certificate.ts';
import { createAdminEndpoint, createEndpoint } from './endpoint.ts';
import { type Listener, openListener } from './listener/index.ts';
import type { Readiness } from './readiness/index.ts';

/** What both are made of. */
export interface ListenerParts {
  readonly gateway: GatewayConfiguration;
  readonly auth: AuthConfiguration;
  readonly metrics: Metrics;
  readonly certificate: Certificate | undefined;
  readonly readiness: () => Promise<Readiness>;
}

/** Connections to probes and metrics at once. */
const ADMIN_CONNECTIONS = 64;

/** Listens for probes and metrics, where they have a listener of their own. Throws `io.failed`. */
export async function openAdmin({
  gateway,
  metrics,
  readiness,
}: ListenerParts): Promise<Listener | undefined> {
  if (gateway.admin.on !== 'listen') return undefined;
  return openListener({
    listen: gateway.admin.listen,
    limits: { ...gateway.limits, connections: ADMIN_CONNECTIONS },
    answer: createAdminEndpoint({ gateway, metrics }, { metrics, readiness }),
    onLimit: (limit) => metrics.limited(`admin-${limit}`),
  });
}

/** Listens for MCP. Throws `io.failed`. */
export function openEndpoint(
  { gateway, auth, metrics, certificate, readiness }: ListenerParts,
  face: HttpFace,
): Promise<Listener> {
  const { tls } = gateway;
  return openListener({
    listen: gateway.listen,
    limits: gateway.limits,
    ...(tls === undefined || certificate === undefined
      ? {}
      : {
          tls: {
            context: certificate.current.context,
            asksClients: tls.clientCa !== undefined,
            refusesClients: tls.isClientRequired,
          },
        }),
    answer: createEndpoint({
      gateway,
      metrics,
      handle: (request, response) => face.handle(request, response),
      documents: publicDocuments(auth),
      ...(gateway.admin.on === 'gateway' ? { admin: { metrics, readiness } } : {}),
    }),
    onLimit: (limit) => metrics.limited(limit),
  });
}
