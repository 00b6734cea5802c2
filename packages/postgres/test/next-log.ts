/** The key that takes the place of the sample log's, and the origin of the log that goes on after it. */
export const NEXT: { readonly origin: string; readonly seed: Uint8Array } = {
  origin: 'next.example/log',
  seed: new Uint8Array(32).fill(9),
};
