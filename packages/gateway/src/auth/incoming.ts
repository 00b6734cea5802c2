/** A request of Node's HTTP server as an authenticator is asked about it. */
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { AuthenticationRequest } from './types.ts';

/** `request` as it came; `rpcMethod` once it is known. A certificate counts only from a socket that verified it itself. */
export function incomingRequest(request: IncomingMessage, rpcMethod?: string): AuthenticationRequest {
  const { socket } = request;
  const certificate =
    socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined;
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headersDistinct,
    ...(certificate === undefined ? {} : { peerCertificate: certificate }),
    ...(rpcMethod === undefined ? {} : { rpcMethod }),
  };
}
