/** Every kind of credential, in the order in which they are looked for. */
import type { Authenticator } from './callers/index.ts';
import { nodeAuthenticator } from './nodes/index.ts';
import type { Plane } from './plane.ts';
import { sessionAuthenticator } from './sign-in/index.ts';
import { tokenAuthenticator } from './tokens/index.ts';

export function authenticatorsOf(plane: Plane): readonly Authenticator[] {
  return [tokenAuthenticator(plane), nodeAuthenticator(plane), sessionAuthenticator(plane)];
}
