/** Whether who was let in would be let in still: asked before something happens that was waited for. */
import type { IncomingMessage } from 'node:http';
import type { Caller } from '@writ/core';
import { callerKey } from './caller-key.ts';
import type { HttpFaceOptions } from './types.ts';

/** The code of a credential that ended by itself and was taken back by nobody. */
export const EXPIRED = 'auth.expired';

/** Whether `request` would be `caller`'s now. A credential that only expired meanwhile was good when it was shown; where nobody can say, it is not. */
export async function isStillAdmitted(
  { authenticate }: Pick<HttpFaceOptions, 'authenticate'>,
  request: IncomingMessage,
  caller: Caller | undefined,
  method: string | undefined,
): Promise<boolean> {
  const admitted = await authenticate(request, method);
  if ('status' in admitted) return admitted.code === EXPIRED;
  return callerKey(admitted.caller) === callerKey(caller);
}
