/** Clients that an authorization server is told nothing of beforehand. */
import type { AuthorizationCodeAuth } from '../../../config/index.ts';

/** An identifier that is the address of metadata (Client ID Metadata Document). */
const METADATA_URL = /^https:\/\/[^/]+\/./;

/** Whether `clientId` is the address of what it says of itself. */
export function isMetadataUrl({ clientId, proof }: AuthorizationCodeAuth): boolean {
  return clientId !== undefined && proof === undefined && METADATA_URL.test(clientId);
}

/** Whether the gateway may be a client that registered itself: where none is configured, or one that not every authorization server knows. */
export function mayRegister(auth: AuthorizationCodeAuth): boolean {
  return auth.clientId === undefined || isMetadataUrl(auth);
}
