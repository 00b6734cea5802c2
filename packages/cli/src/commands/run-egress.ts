/** The way out of a sandbox: an egress proxy of Writ's, and nothing else that listens on a socket. */
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { resolve } from 'node:path';
import { Fault, isJsonObject, parseStrictJson } from '@writ/core';
import type { SandboxProfile } from '@writ/core/sandbox';
import type { Configuration } from '@writ/gateway';

/** How long a proxy that nobody configured may take to say what it is, in milliseconds. */
const ANSWER_MS = 5_000;
/** Longest answer that is read, in characters. */
const MAX_ANSWER = 4096;

/** What the command line says of the way out. */
export interface EgressChoice {
  readonly egress?: string;
  readonly network: boolean;
}

/**
 * The proxy's socket; `undefined` for no way out. What the caller says counts, where it is a proxy of Writ's: any other socket of the machine, such as a
 * container engine's, would be a way past every policy. Throws `sandbox.lacking` for a proxy that does not run: never no network in silence.
 */
export async function egressFor(
  { egress, network }: EgressChoice,
  profile: SandboxProfile,
  config: Configuration,
): Promise<{ readonly socketPath: string } | undefined> {
  if (!network || profile.network === 'none') return undefined;
  const listen = config.egress?.listen;
  const configured = listen !== undefined && 'socket' in listen ? listen.socket : undefined;
  const socketPath = egress === undefined ? configured : resolve(egress);
  if (socketPath === undefined) return undefined;
  if (!existsSync(socketPath))
    throw new Fault('sandbox.lacking', `the egress proxy does not listen on \`${socketPath}\``, {
      hint: 'start it with `writ egress`, or say `--no-network`',
    });
  if (socketPath === configured || (await isEgressProxy(socketPath))) return { socketPath };
  throw new Fault('sandbox.lacking', `what listens on \`${socketPath}\` is no egress proxy of Writ’s`, {
    hint: 'name the socket that `writ egress` listens on, or say `--no-network`',
  });
}

/** Whether a request that no proxy takes is refused there as Writ's proxy refuses it. */
async function isEgressProxy(socketPath: string): Promise<boolean> {
  const answer = await new Promise<string>((done) => {
    let text = '';
    const asking = request(
      {
        socketPath,
        path: '/',
        headers: { accept: 'application/json' },
        agent: false,
        signal: AbortSignal.timeout(ANSWER_MS),
      },
      (response) => {
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > MAX_ANSWER) asking.destroy();
        });
        response.on('close', () => done(text));
      },
    );
    asking.on('error', () => done(''));
    asking.end();
  });
  return codeIn(answer)?.startsWith('egress.') === true;
}

function codeIn(answer: string): string | undefined {
  try {
    const value = parseStrictJson(answer);
    const error = isJsonObject(value) ? value['error'] : undefined;
    const code = error !== undefined && isJsonObject(error) ? error['code'] : undefined;
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}
