/** A webhook in this process, over TLS, that takes a bulk or an array and does what a test says. */
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { testAuthority } from '../../../../scripts/testing/certificate-authority.ts';

/** Who may send. */
export const HOOK_TOKEN = 'hook-token-nobody-may-see';

/** One request as it came. */
export interface HookRequest {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server that lives through its own death: what it stored stays. */
export interface HookServer {
  readonly ca: string;
  readonly url: string;
  readonly requests: readonly HookRequest[];
  /** Uids, in the order in which they were taken. */
  readonly taken: string[];
  /** Events it takes from now on. */
  capacity: number;
  isHanging: boolean;
  /** Instead of what it would do. */
  answer: ((request: HookRequest, response: ServerResponse) => void) | undefined;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** Starts one that answers bulks as Elasticsearch does, and takes other bodies whole or not at all. */
export async function hookServer(): Promise<HookServer> {
  const authority = testAuthority('hooks');
  const certificate = authority.issue({ address: [127, 0, 0, 1] });
  const requests: HookRequest[] = [];
  let port = 0;
  let server: Server | undefined;
  const hook: Omit<HookServer, 'url'> & { url: string } = {
    ca: authority.cert,
    url: '',
    requests,
    taken: [],
    capacity: Number.POSITIVE_INFINITY,
    isHanging: false,
    answer: undefined,
    async kill() {
      server?.close();
      server?.closeAllConnections();
      await (server === undefined ? undefined : once(server, 'close'));
      server = undefined;
    },
    async restart() {
      if (server !== undefined) return;
      server = createServer({ ...certificate }, (request, response) => void take(request, response));
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      ({ port } = server.address() as AddressInfo);
      hook.url = `https://127.0.0.1:${port}/`;
    },
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const seen = { headers: request.headers, body: Buffer.concat(chunks).toString() };
    requests.push(seen);
    if (hook.isHanging) return;
    if (hook.answer !== undefined) hook.answer(seen, response);
    else if (request.headers.authorization !== `Bearer ${HOOK_TOKEN}`) response.writeHead(401).end();
    else if (request.headers['content-type'] === 'application/x-ndjson') answerBulk(hook, seen, response);
    else answerArray(hook, seen, response);
  };
  await hook.restart();
  return hook;
}

function answerBulk(hook: HookServer, { body }: HookRequest, response: ServerResponse): void {
  const lines = body.trim().split('\n');
  const items = lines.flatMap((line, at) => {
    if (at % 2 === 1) return [];
    const { create } = JSON.parse(line) as { create: { _id: string } };
    if (hook.taken.includes(create._id)) return [{ create: { status: 409 } }];
    if (hook.capacity <= 0) return [{ create: { status: 429 } }];
    hook.capacity -= 1;
    hook.taken.push(create._id);
    return [{ create: { status: 201 } }];
  });
  response.end(JSON.stringify({ errors: true, items }));
}

function answerArray(hook: HookServer, { body }: HookRequest, response: ServerResponse): void {
  const events = JSON.parse(body) as { metadata: { uid: string } }[];
  if (events.length > hook.capacity) {
    response.writeHead(503).end();
    return;
  }
  hook.capacity -= events.length;
  hook.taken.push(...events.map(({ metadata }) => metadata.uid));
  response.writeHead(202).end('{}');
}
