/** How a node speaks to its control plane: loopback or TLS 1.2 and later, to whom it was told and nobody else, every request proven, every answer bounded. */
import { createHash, X509Certificate } from 'node:crypto';
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions, request as httpsRequest } from 'node:https';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { type Clock, Fault, proveRequest, type Random, type StatementSigner } from '@writ/core';

/** As whom requests are proven: what enrolment gave. */
export interface PlaneIdentity {
  /** ULIDs. */
  readonly organisation: string;
  readonly node: string;
  readonly signer: StatementSigner;
}

/** Where the control plane is, and how it is known. */
export interface PlaneClientOptions {
  /** `https:`, or `http:` on the loopback interface; exactly as the control plane calls itself, since proofs name it. */
  readonly url: string;
  /** Absent: requests carry no proof, as before enrolment. */
  readonly identity?: PlaneIdentity;
  /** PEM of the authorities that its certificate is checked against, instead of the system's. */
  readonly ca?: string;
  /** SHA-256 of public keys (SubjectPublicKeyInfo) in base64, one of which its certificate has, besides being good otherwise; absent or empty for any. */
  readonly pins?: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
}

/** One request. */
export interface PlaneRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, `/v1/node/bundle?wait=25`. */
  readonly path: string;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Longest wait for the whole answer, or for its beginning where it is a stream, in milliseconds. */
  readonly timeoutMs?: number;
  /** Largest answer in bytes. */
  readonly maxBytes?: number;
}

/** An answer that was read to its end. */
export interface PlaneAnswer {
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Speaks to one control plane. */
export interface PlaneClient {
  /** Throws `upstream.closed` where it cannot be reached or is not who it should be, `upstream.timeout`, `upstream.protocol` for too much. Follows no redirect. */
  send(request: PlaneRequest): Promise<PlaneAnswer>;
  /** The answer as it comes, for streams; whoever asked ends it. */
  open(request: PlaneRequest): Promise<IncomingMessage>;
  /** Ends what is idle. Idempotent. */
  close(): void;
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;
const NONCE_BYTES = 18;
const PIN = /^[A-Za-z0-9+/]{43}=$/;
/** Streams, long polls and short requests at once. */
const AGENT: AgentOptions = { keepAlive: true, maxSockets: 8, maxFreeSockets: 2 };
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Throws `config.invalid` for an address that would be spoken to in the clear beyond this machine, and for a pin that is none. */
export function createPlaneClient(options: PlaneClientOptions): PlaneClient {
  const { url, identity, clock, random } = options;
  const base = requirePrivate(url);
  const isTls = base.protocol === 'https:';
  const agent = isTls ? new HttpsAgent({ ...AGENT, ...tlsOptions(options) }) : new HttpAgent(AGENT);
  const open = (asked: PlaneRequest, signal: AbortSignal): Promise<IncomingMessage> => {
    const { method, path, body = new Uint8Array(), headers = {} } = asked;
    const target = new URL(path, base);
    if (target.origin !== base.origin || `${target.pathname}${target.search}` !== path)
      throw new Fault('upstream.protocol', 'a request to the control plane leads elsewhere');
    const proof =
      identity === undefined
        ? {}
        : {
            authorization: proveRequest(
              { method, url: target.href, body },
              {
                organisation: identity.organisation,
                node: identity.node,
                at: clock.now(),
                nonce: Buffer.from(random.bytes(NONCE_BYTES)).toString('base64url'),
              },
              identity.signer,
            ),
          };
    return new Promise((resolve, reject) => {
      const request = (isTls ? httpsRequest : httpRequest)(
        target,
        {
          method,
          agent,
          signal,
          headers: {
            ...(body.length === 0 ? {} : { 'content-type': 'application/json' }),
            'content-length': body.length,
            ...headers,
            ...proof,
          },
        },
        resolve,
      );
      request.on('error', reject);
      request.end(body);
    });
  };
  return {
    async send(asked) {
      const { signal, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = asked;
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        const both = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
        const response = await open(asked, both);
        const body = await readAll(response, maxBytes);
        return { status: response.statusCode ?? 0, headers: headersOf(response), body };
      } catch (cause) {
        throw unreached(cause, deadline.aborted);
      }
    },
    async open(asked) {
      const { signal, timeoutMs = TIMEOUT_MS } = asked;
      // The deadline is for the beginning alone: a stream goes on.
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), timeoutMs);
      try {
        return await open(asked, signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]));
      } catch (cause) {
        throw unreached(cause, late.signal.aborted);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => agent.destroy(),
  };
}

function requirePrivate(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare =
    url !== undefined && [url.username, url.password, url.hash, url.search].every((part) => part === '');
  const isPrivate = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (url !== undefined && isBare && isPrivate && url.pathname === '/') return url;
  throw new Fault(
    'config.invalid',
    'the control plane is spoken to over `https:`, or on the loopback interface',
    {
      hint: 'such as `https://plane.example.org`, without a path and a user',
    },
  );
}

function tlsOptions({ ca, pins = [] }: PlaneClientOptions): AgentOptions {
  for (const pin of pins)
    if (!PIN.test(pin))
      throw new Fault('config.invalid', 'a pin of the control plane is no SHA-256 in base64');
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    // A resumed session is not looked at again.
    maxCachedSessions: 0,
    ...(ca === undefined ? {} : { ca }),
    checkServerIdentity: (host, certificate) =>
      checkServerIdentity(host, certificate) ?? pinProblem(pins, certificate),
  };
}

function pinProblem(pins: readonly string[], { raw }: PeerCertificate): Error | undefined {
  if (pins.length === 0) return undefined;
  const key = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
  const pin = createHash('sha256').update(key).digest('base64');
  return pins.includes(pin) ? undefined : new Error('its key is none of those that are pinned');
}

async function readAll(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) {
      response.destroy();
      throw new Fault('upstream.protocol', `the control plane answered with more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

function unreached(cause: unknown, isLate: boolean): unknown {
  if (cause instanceof Fault) return cause;
  return isLate
    ? new Fault('upstream.timeout', 'the control plane did not answer in time', {}, { cause })
    : new Fault('upstream.closed', 'the control plane cannot be reached', {}, { cause });
}
