/** API tokens as callers. */
import { timingSafeEqual } from 'node:crypto';
import { type Clock, describeFault } from '@writ/core';
import type { Identified, Refusal } from '../types.ts';
import type { TokenFolder } from './token-folder.ts';
import { isTokenText, tokenHash, tokenId } from './token-text.ts';

/** What API tokens are judged with. */
export interface TokenPorts {
  readonly tokens: Pick<TokenFolder, 'find'>;
  readonly clock: Clock;
  /** Told where a kept token cannot be read, one line. */
  readonly report: (line: string) => void;
}

/** Who holds the API token `text`. A token that cannot be looked up counts as none. */
export function apiTokenCaller(text: string, { tokens, clock, report }: TokenPorts): Identified | Refusal {
  const unknown: Refusal = { code: 'auth.unknown', reason: 'the API token is not known here' };
  if (!isTokenText(text)) return unknown;
  const hash = tokenHash(text);
  const id = tokenId(hash);
  const now = clock.now();
  try {
    const token = tokens.find(id);
    if (token === undefined || !timingSafeEqual(hash, Buffer.from(token.hash, 'hex'))) return unknown;
    if (token.revoked !== undefined) return { code: 'auth.revoked', reason: 'the API token was revoked' };
    if (now >= token.expires) return { code: 'auth.expired', reason: 'the API token has expired' };
    const { agent, person, scopes } = token;
    return {
      caller: {
        agent,
        ...(person === undefined ? {} : { person }),
        authentication: { method: 'api_token', assurance: 1, credentialId: `token:${id}`, at: now },
      },
      scopes: new Set(scopes),
    };
  } catch (thrown) {
    report(`cannot read the API token \`${id}\`: ${describeFault(thrown)}`);
    return { code: 'auth.unavailable', reason: 'the API token cannot be looked up' };
  }
}
