/** Callers of the HTTP face that a test lets in, changes and shuts out. */
import type { IncomingMessage } from 'node:http';
import type { Caller } from '@writ/core';
import type { Admitted, Challenge } from '../../src/mcp/index.ts';

/** Tokens by name; each is its agent until it is taken away. */
export class Callers {
  readonly #refused = new Map<string, { readonly code: string; readonly status: number }>();
  readonly #agents = new Map<string, string>();

  /** The token `token` does not count any more. */
  end(token: string, code = 'auth.revoked', status = 401): void {
    this.#refused.set(token, { code, status });
  }

  /** The token is another agent's from now on. */
  become(token: string, agent: string): void {
    this.#agents.set(token, agent);
  }

  readonly authenticate = ({ headers }: IncomingMessage): Admitted | Challenge => {
    const token = headers.authorization ?? '';
    const refused = this.#refused.get(token);
    if (refused !== undefined || token === '') {
      const { status, code } = refused ?? { status: 401, code: 'auth.missing' };
      return { status, code, headers: {}, message: 'not let in' };
    }
    return { caller: callerOf(this.#agents.get(token) ?? token) };
  };
}

/** The caller that is the agent `id`. */
export function callerOf(id: string): Caller {
  return {
    agent: { id },
    authentication: { method: 'api_token', assurance: 1, credentialId: `token:${id}`, at: 0 },
  };
}

/** The headers of `token`. */
export const as = (token: string): { readonly authorization: string } => ({ authorization: token });
