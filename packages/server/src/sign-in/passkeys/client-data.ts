/** What a browser says of where a passkey was used (WebAuthn §5.8.1). */
import { isJsonObject } from '@writ/core';

/** Whether it was used within a frame of another site; also where that cannot be read. The libraries' own check lets it pass where the outer site is not named. */
export function isCrossOrigin(clientDataJSON: string): boolean {
  const data: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'));
  return !isJsonObject(data) || (data['crossOrigin'] !== undefined && data['crossOrigin'] !== false);
}
