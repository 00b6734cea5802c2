// A small S3 server in memory, for what it takes to publish a log: signatures (SigV4) and digests checked, versions, delete markers, conditional writes, and an object lock
// that it keeps. What it does otherwise than AWS is not what it is for: the same tests run against a real server where there is one.
import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { S3Account } from './s3-account.ts';

interface Version {
  readonly id: string;
  /** Absent in a delete marker. */
  readonly bytes?: Buffer;
  readonly mode?: string;
  readonly until?: number;
}

interface Bucket {
  readonly hasVersions: boolean;
  /** The newest version first. */
  readonly objects: Map<string, Version[]>;
}

interface Asked {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

const PAGE = 1000;

/** Starts one on the loopback interface, with the buckets `locked`, and `plain` ones without versions. */
export async function startSmallS3(
  account: S3Account,
  locked: readonly string[] = [],
  plain: readonly string[] = [],
): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const buckets = new Map<string, Bucket>([
    ...locked.map((name) => [name, { hasVersions: true, objects: new Map() }] as const),
    ...plain.map((name) => [name, { hasVersions: false, objects: new Map() }] as const),
  ]);
  const server = createServer((request, response) => {
    void serve(request, response, (asked) => answer(buckets, asked), account);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  run: (asked: Asked) => Answer,
  account: S3Account,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://server');
  const [bucket = '', ...key] = url.pathname.slice(1).split('/');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const asked: Asked = {
    method: request.method ?? '',
    bucket,
    key: decodeURIComponent(key.join('/')),
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks),
  };
  const refused = refusal(asked, url, account);
  const { status, headers: answered = {}, body = '' } = refused ?? run(asked);
  response.writeHead(status, answered);
  response.end(asked.method === 'HEAD' ? undefined : body);
}

function refusal(asked: Asked, url: URL, account: S3Account): Answer | undefined {
  if (!isSigned(asked, url, account)) return failed(403, 'SignatureDoesNotMatch');
  const md5 = asked.headers['content-md5'];
  if (md5 !== undefined && md5 !== createHash('md5').update(asked.body).digest('base64'))
    return failed(400, 'BadDigest');
  return undefined;
}

/** The signature of a request as AWS computes it (Signature Version 4), over its headers, its query and the digest of its body. */
function isSigned({ method, headers, body }: Asked, url: URL, account: S3Account): boolean {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers['authorization'] ?? '',
    );
  const [, keyId, scope = '', signed = '', signature = ''] = match ?? [];
  if (keyId !== account.accessKeyId) return false;
  const digest = createHash('sha256').update(body).digest('hex');
  if (headers['x-amz-content-sha256'] !== digest) return false;
  const encoded = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const lines = signed.split(';').map((name) => `${name}:${(headers[name] ?? '').trim()}\n`);
  const request = [method, url.pathname, query.join('&'), lines.join(''), signed, digest].join('\n');
  const hashed = createHash('sha256').update(request).digest('hex');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hashed].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>(
      (from, part) => createHmac('sha256', from).update(part).digest(),
      `AWS4${account.secretAccessKey}`,
    );
  const expected = createHmac('sha256', key).update(text).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}

function answer(buckets: Map<string, Bucket>, asked: Asked): Answer {
  const { method, bucket: name, key, query, headers } = asked;
  if (method === 'PUT' && key === '') {
    const hasVersions = headers['x-amz-bucket-object-lock-enabled'] === 'true';
    buckets.set(name, { hasVersions, objects: new Map() });
    return { status: 200 };
  }
  const bucket = buckets.get(name);
  if (bucket === undefined) return failed(404, 'NoSuchBucket');
  if (key === '') return answerForBucket(bucket, query);
  switch (method) {
    case 'PUT':
      return query.has('retention') ? shorten(bucket, asked) : put(bucket, asked);
    case 'GET':
    case 'HEAD':
      return read(bucket, asked);
    case 'DELETE':
      return remove(bucket, asked);
    default:
      return failed(405, 'MethodNotAllowed');
  }
}

function answerForBucket(bucket: Bucket, query: URLSearchParams): Answer {
  if (query.has('versioning'))
    return xml(
      `<VersioningConfiguration>${bucket.hasVersions ? '<Status>Enabled</Status>' : ''}</VersioningConfiguration>`,
    );
  if (query.has('object-lock')) {
    if (!bucket.hasVersions) return failed(404, 'ObjectLockConfigurationNotFoundError');
    return xml(
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
    );
  }
  if (query.has('versions')) return list(bucket, query);
  return failed(501, 'NotImplemented');
}

function put({ hasVersions, objects }: Bucket, { key, headers, body }: Asked): Answer {
  const versions = objects.get(key) ?? [];
  const present = versions[0]?.bytes;
  if (headers['if-none-match'] === '*' && present !== undefined) return failed(412, 'PreconditionFailed');
  const match = headers['if-match'];
  if (match !== undefined && (present === undefined || tagOf(present) !== match))
    return present === undefined ? failed(404, 'NoSuchKey') : failed(412, 'PreconditionFailed');
  const mode = headers['x-amz-object-lock-mode'];
  if (mode !== undefined && (!hasVersions || headers['content-md5'] === undefined))
    return failed(400, 'InvalidRequest');
  const until = Date.parse(headers['x-amz-object-lock-retain-until-date'] ?? '');
  const version: Version = {
    id: hasVersions ? randomUUID() : 'null',
    bytes: body,
    ...(mode === undefined ? {} : { mode, until }),
  };
  objects.set(key, hasVersions ? [version, ...versions] : [version]);
  return { status: 200, headers: { etag: tagOf(body), 'x-amz-version-id': version.id } };
}

function read({ objects }: Bucket, { key, query }: Asked): Answer {
  const versions = objects.get(key) ?? [];
  const id = query.get('versionId');
  const found = id === null ? versions[0] : versions.find((one) => one.id === id);
  if (found?.bytes === undefined) return failed(404, 'NoSuchKey');
  const { bytes, mode, until } = found;
  if (query.has('retention')) return retentionOf(found);
  const lock =
    mode === undefined || until === undefined
      ? {}
      : {
          'x-amz-object-lock-mode': mode,
          'x-amz-object-lock-retain-until-date': new Date(until).toISOString(),
        };
  return {
    status: 200,
    headers: {
      etag: tagOf(bytes),
      'content-length': String(bytes.length),
      'x-amz-version-id': found.id,
      ...lock,
    },
    body: bytes,
  };
}

function retentionOf({ mode = '', until = 0 }: Version): Answer {
  const date = new Date(until).toISOString();
  return xml(`<Retention><Mode>${mode}</Mode><RetainUntilDate>${date}</RetainUntilDate></Retention>`);
}

function remove({ hasVersions, objects }: Bucket, { key, query }: Asked): Answer {
  const versions = objects.get(key) ?? [];
  const id = query.get('versionId');
  if (id === null) {
    if (hasVersions) objects.set(key, [{ id: randomUUID() }, ...versions]);
    else objects.delete(key);
    return { status: 204 };
  }
  if (isKept(versions.find((one) => one.id === id))) return failed(403, 'AccessDenied');
  objects.set(
    key,
    versions.filter((one) => one.id !== id),
  );
  return { status: 204 };
}

/** Retention is only ever refused here: nothing that is tested makes it longer. */
function shorten({ objects }: Bucket, { key, query }: Asked): Answer {
  const version = objects.get(key)?.find(({ id }) => id === query.get('versionId'));
  return isKept(version) ? failed(403, 'AccessDenied') : { status: 200 };
}

function isKept(version: Version | undefined): boolean {
  return version?.until !== undefined && version.until > Date.now();
}

function list({ objects }: Bucket, query: URLSearchParams): Answer {
  const [prefix, after, afterVersion] = ['prefix', 'key-marker', 'version-id-marker'].map(
    (name) => query.get(name) ?? '',
  ) as [string, string, string];
  const all = [...objects]
    .filter(([key]) => key.startsWith(prefix))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([key, versions]) => versions.map((version, at) => ({ key, version, isLatest: at === 0 })));
  const markedAt = all.findIndex(({ key, version }) => key === after && version.id === afterVersion);
  const rest = markedAt < 0 ? all.filter(({ key }) => key > after) : all.slice(markedAt + 1);
  const page = rest.slice(0, PAGE);
  const last = page.at(-1);
  const items = page.map(({ key, version: { id, bytes }, isLatest }) => {
    const shared = `<Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>${isLatest}</IsLatest>`;
    return bytes === undefined
      ? `<DeleteMarker>${shared}</DeleteMarker>`
      : `<Version>${shared}<ETag>${tagOf(bytes).replaceAll('"', '&quot;')}</ETag><Size>${bytes.length}</Size></Version>`;
  });
  const next =
    rest.length > PAGE && last !== undefined
      ? `<NextKeyMarker>${last.key}</NextKeyMarker><NextVersionIdMarker>${last.version.id}</NextVersionIdMarker>`
      : '';
  return xml(
    `<ListVersionsResult><IsTruncated>${rest.length > PAGE}</IsTruncated>${next}${items.join('')}</ListVersionsResult>`,
  );
}

function tagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

function xml(body: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?>${body}`,
  };
}

function failed(status: number, code: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  };
}
