/** Where requests come from, as the listener saw it: of a proxy, where one stands before it. Only ever shown, never believed. */

const ADDRESSES = new WeakMap<Request, string>();

/** Remembers it for as long as the request. */
export function keepRemoteAddress(request: Request, address: string | undefined): void {
  if (address !== undefined) ADDRESSES.set(request, address);
}

/** The address that `request` came from; absent where it came over no network. */
export function remoteAddressOf(request: Request): string | undefined {
  return ADDRESSES.get(request);
}
