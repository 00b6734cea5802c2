/** A header that does not change: an API key, a token that somebody else renews. */
import { isFault } from '@writ/core';
import type { HeaderAuth } from '../../../config/index.ts';
import { type Environment, readSecret } from './secret.ts';
import type { Credential } from './types.ts';

/** The credential that `auth` names. A file is read again where the server refuses what it held. Throws as {@link readSecret}. */
export function headerCredential(server: string, auth: HeaderAuth, environment: Environment): Credential {
  const read = (): Readonly<Record<string, string>> => {
    const secret = readSecret(auth.value, environment, server, 'header.value');
    return { [auth.name.toLowerCase()]: auth.scheme === undefined ? secret : `${auth.scheme} ${secret}` };
  };
  let headers = read();
  const isRenewed = (): boolean => {
    if ('env' in auth.value) return false;
    try {
      const before = JSON.stringify(headers);
      headers = read();
      return JSON.stringify(headers) !== before;
    } catch (fault) {
      // What cannot be read is no fresh credential; the refusal is told.
      if (isFault(fault)) return false;
      throw fault;
    }
  };
  return {
    name: 'header',
    headers: () => Promise.resolve(headers),
    refused({ of, shown }) {
      // Whoever renews the file may have given it what the server wants by now, more scopes as well.
      const isOld = shown[auth.name.toLowerCase()] !== headers[auth.name.toLowerCase()];
      return Promise.resolve(of !== 'nonce' && (isOld || isRenewed()) ? 'again' : undefined);
    },
  };
}
