/** A control plane that runs: its stores opened and brought up to date, listening, and ended in good order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, readKeyFile, systemClock, systemRandom, systemRepeater } from '@writ/core';
import { formatAddress, isLoopback, SOFTWARE_VERSION } from '@writ/gateway';
import { createApi } from '../api/index.ts';
import { authenticatorsOf } from '../authenticators.ts';
import { listen, type Listening, Problem, problemResponse } from '../http/index.ts';
import { createIdentityProvider, type IdentityProvider } from '../identity-providers/index.ts';
import { DEFAULT_CHANNEL_PORTS } from '../channel-ports/index.ts';
import { openPlane } from '../open-plane.ts';
import type { Plane } from '../plane.ts';
import { ROUTES } from '../routes.ts';
import type { ShownLink } from '../sign-in/index.ts';
import { TASKS } from '../tasks.ts';
import { openAttestationKey } from './attestation-key.ts';
import { openDataFolder } from './data-folder.ts';
import { holdFolder } from './folder-lock.ts';
import type { HeldLock } from './lock-file.ts';
import { firstLink, foundOnce } from './first-start.ts';
import { createServerMetrics, type ServerMetrics } from './metrics.ts';
import { withMigrationLock } from './migration-lock.ts';
import { openStores, type Stores } from './open-stores.ts';
import { createReport, faultFields, type Report } from './report.ts';
import type { ServerSettings } from './settings.ts';
import { createTroubles, type Troubles } from './troubles.ts';
import { startTasks, type Task } from '../upkeep/index.ts';

const LOCK_FILE = 'plane.lock';
/** Held while it serves from the data folder alone. */
const SERVING_FILE = 'serving.lock';

/** What is needed beside the settings. */
export interface StartOptions {
  readonly settings: ServerSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Takes a line of JSON; standard error. */
  readonly write: (line: string) => void;
}

/** A control plane that serves. */
export interface RunningServer {
  /** As clients reach it. */
  readonly url: string;
  readonly metricsUrl?: string;
  /** How the first administrator signs in; absent where somebody has. */
  readonly firstLink?: ShownLink;
  readonly plane: Plane;
  /** Is not ready, lets what is under way end, and closes log and tables. Idempotent; a second call does not wait for what is under way. */
  close(): Promise<void>;
}

/**
 * Starts it. Throws `config.invalid` for plain HTTP beyond the loopback interface and for a secret that is not there, `key.permissions` and `io.failed` for a data folder that others may change or nobody can, `log.conflict` where another process serves the data folder, `log.version` and `io.failed` where the tables cannot be brought up to date, and what opening
 * keys and log throws: nothing serves then, and nothing is left open.
 */
export async function startServer({ settings, environment, write }: StartOptions): Promise<RunningServer> {
  requirePublicUrl(settings);
  // Nobody could ever sign in without: better known before anything is made.
  for (const one of settings.identityProviders) clientSecret(one, environment);
  const tls = readCertificate(settings);
  const attestation = openAttestationKey(settings.attestation, environment);
  const report = createReport(write, () => systemClock.now());
  const publishing = createTroubles(report, () => systemClock.now());
  const onPublishFault = (fault: unknown): void =>
    publishing.failed('warn', 'log.not-published', faultFields(fault));
  openDataFolder(settings.data);
  let handle: (request: Request) => Promise<Response> = (request) => Promise.resolve(notYet(request));
  const listening = await listen({
    ...settings.listen,
    ...(tls === undefined ? {} : { tls }),
    fetch: (request) => handle(request),
  });
  let stores: Stores | undefined;
  let held: HeldLock | undefined;
  try {
    if (settings.log === undefined) held = holdFolder(settings.data, join(settings.data, SERVING_FILE));
    const url = settings.url ?? listening.url;
    const opened = await withMigrationLock(join(settings.data, LOCK_FILE), async () => {
      stores = await openStores(settings, { environment, onPublishFault });
      const plane = await openPlane({
        ...stores,
        clock: systemClock,
        random: systemRandom,
        url,
        keeps: settings.keeps,
        ...(attestation === undefined ? {} : { attestation }),
        factsKeepMs: settings.factsKeepMs,
        channels: { ...DEFAULT_CHANNEL_PORTS, hosts: new Set(settings.privateHosts) },
        identityProviders: settings.identityProviders.map((one) => openProvider(one, environment, report)),
      });
      await foundOnce(plane, settings);
      return { plane, link: await firstLink(plane) };
    });
    const { plane, link } = opened;
    const running = serve({ plane, settings, report, use: (next) => (handle = next) });
    // Whether they are there or not: people may sign in with passkeys meanwhile.
    for (const provider of plane.identityProviders) void provider.look();
    const metrics = await listenForMetrics(settings, running.metrics, report);
    report('info', 'server.started', { url, version: SOFTWARE_VERSION });
    if (attestation !== undefined) report('info', 'server.attests', { keyId: attestation.keyId });
    let closing: Promise<void> | undefined;
    return {
      url,
      plane,
      ...(metrics === undefined ? {} : { metricsUrl: `${metrics.url}/metrics` }),
      ...(link === undefined ? {} : { firstLink: link }),
      close() {
        if (closing !== undefined) running.hurry();
        closing ??= end({ listening, metrics, stores, running, settings, report }).finally(() =>
          held?.release(),
        );
        return closing;
      },
    };
  } catch (thrown) {
    await listening.close(0);
    await stores?.close();
    held?.release();
    throw thrown;
  }
}

interface Serving {
  readonly metrics: ServerMetrics;
  /** Not ready any more; resolves when the listener may be closed. */
  drain(noticeMs: number): Promise<void>;
  /** Ends the notice at once. */
  hurry(): void;
  stopTasks(): Promise<void>;
}

interface ServeOptions {
  readonly plane: Plane;
  readonly settings: ServerSettings;
  readonly report: Report;
  readonly use: (handle: (request: Request) => Promise<Response>) => void;
}

function serve({ plane, report, use }: ServeOptions): Serving {
  let isDraining = false;
  const hurried = Promise.withResolvers<void>();
  const metrics = createServerMetrics({
    plane,
    routes: ROUTES,
    version: SOFTWARE_VERSION,
    isDraining: () => isDraining,
  });
  const api = createApi({
    plane,
    authenticators: authenticatorsOf(plane),
    routes: ROUTES,
    version: SOFTWARE_VERSION,
    onFault(fault, request) {
      metrics.faulted();
      report('error', 'request.failed', { ...request, ...faultFields(fault) });
    },
  });
  const answer = metrics.counted((request) => api.fetch(request));
  use((request) =>
    isDraining && new URL(request.url).pathname === '/readyz'
      ? Promise.resolve(notYet(request))
      : answer(request),
  );
  const troubles = new Map<Task, Troubles>();
  const tasks = startTasks(plane, TASKS, {
    every: (milliseconds, run) => systemRepeater.every(milliseconds, run),
    ended(task, thrown) {
      metrics.taskEnded(task.name, thrown === undefined);
      const about = troubles.get(task) ?? createTroubles(report, () => systemClock.now());
      troubles.set(task, about);
      if (thrown === undefined) about.over('task.recovered', { task: task.name });
      else about.failed('error', 'task.failed', { task: task.name, ...faultFields(thrown) });
    },
  });
  return {
    metrics,
    async drain(noticeMs) {
      isDraining = true;
      if (noticeMs === 0) return;
      const over = Promise.withResolvers<void>();
      const timer = setTimeout(over.resolve, noticeMs);
      await Promise.race([over.promise, hurried.promise]);
      clearTimeout(timer);
    },
    hurry: () => hurried.resolve(),
    stopTasks: () => tasks.stop(),
  };
}

interface Ending {
  readonly listening: Listening;
  readonly metrics: Listening | undefined;
  readonly stores: Stores | undefined;
  readonly running: Serving;
  readonly settings: ServerSettings;
  readonly report: Report;
}

async function end({ listening, metrics, stores, running, settings, report }: Ending): Promise<void> {
  const { noticeMs, graceMs } = settings.drain;
  report('info', 'server.draining');
  await running.drain(noticeMs);
  // What is under way still needs log and tables.
  await listening.close(graceMs);
  await running.stopTasks();
  await metrics?.close(0);
  await stores?.close();
  report('info', 'server.ended');
}

function notYet({ url }: Request): Response {
  return problemResponse(
    new Problem('server.unavailable', 'the server is starting or ending; ask another, or again'),
    new URL(url).pathname,
  );
}

/** INVARIANT: links, cookies and proofs name an address that clients reach, and nobody reaches `0.0.0.0`. */
function requirePublicUrl({ listen: { host }, url }: ServerSettings): void {
  if (url !== undefined || isLoopback(host)) return;
  throw new Fault('config.invalid', `\`url\` is missing: how is what listens on \`${host}\` reached?`, {
    hint: 'such as `url: https://plane.example.org`',
  });
}

function readCertificate({
  tls,
}: ServerSettings): { readonly cert: string; readonly key: string } | undefined {
  if (tls === undefined) return undefined;
  try {
    return { cert: readFileSync(tls.cert, 'utf8'), key: readKeyFile(tls.key) };
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('config.invalid', `cannot read the certificate \`${tls.cert}\``, {}, { cause });
  }
}

function openProvider(
  settings: ServerSettings['identityProviders'][number],
  environment: StartOptions['environment'],
  report: Report,
): IdentityProvider {
  const secret = (): string | undefined => clientSecret(settings, environment);
  const { id: provider, issuer } = settings;
  return createIdentityProvider(settings, {
    secret,
    now: () => systemClock.now(),
    tell(trouble) {
      if (trouble === undefined) report('info', 'identity-provider.usable', { provider });
      else report('warn', 'identity-provider.unusable', { provider, issuer, message: trouble });
    },
  });
}

/** Read each time that it is needed, so that one that was changed counts. */
function clientSecret(
  { id, clientSecretEnv, clientSecretFile }: ServerSettings['identityProviders'][number],
  environment: StartOptions['environment'],
): string | undefined {
  if (clientSecretFile !== undefined) return readKeyFile(clientSecretFile).trim();
  if (clientSecretEnv === undefined) return undefined;
  const secret = environment[clientSecretEnv]?.trim() ?? '';
  if (secret !== '') return secret;
  throw new Fault(
    'config.invalid',
    `the environment has no \`${clientSecretEnv}\`, which the identity provider \`${id}\` needs`,
    {
      hint: 'put the client secret there, or in a file of mode 0600 that `clientSecretFile` names',
    },
  );
}

async function listenForMetrics(
  { metrics: address }: ServerSettings,
  metrics: ServerMetrics,
  report: Report,
): Promise<Listening | undefined> {
  if (address === undefined) return undefined;
  if (!isLoopback(address.host))
    throw new Fault(
      'config.invalid',
      `metrics are told to whoever asks, so \`${formatAddress(address)}\` must be on the loopback interface`,
    );
  return listen({
    ...address,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (request.method !== 'GET' || pathname !== '/metrics') return new Response(null, { status: 404 });
      try {
        return new Response(await metrics.read(), { headers: { 'content-type': metrics.contentType } });
      } catch (fault) {
        report('error', 'metrics.failed', faultFields(fault));
        return new Response(null, { status: 503 });
      }
    },
  });
}
