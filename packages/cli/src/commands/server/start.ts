/** `writ server start`: the control plane, until it is ended. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { formatVerifierKey } from '@writ/core/proof';
import { ADDRESS_HINT, type ListenAddress, readAddress } from '@writ/gateway';
import type { RunningServer, ServerSettings } from '@writ/server';
import { EXIT_OK } from '../../exit-codes.ts';
import { originOf } from '../../plane/index.ts';
import { runs } from '../../run.ts';
import { instant, print, printJson, remark, visible } from '../../terminal/index.ts';

/** Flags of whatever starts a control plane. */
export interface StartFlags {
  readonly config?: string;
  readonly data?: string;
  readonly listen?: ListenAddress;
  readonly url?: string;
  readonly json?: boolean;
}

const HELP = `
Signals: TERM and INT end it: it is not ready from then on, lets what is under way end, and closes log and tables; a second one waits no longer.
Exit codes: 0 after it was ended, 2 for a configuration or keys that are not usable, 74 where it cannot listen, or log or tables cannot be used or brought up to date.`;

/** Adds the command to `server`. */
export function addStart(server: Command): void {
  startFlags(server.command('start').description('run the control plane, until it is ended'))
    .addHelpText('after', HELP)
    .action(runs(start));
}

/** The flags of a command that starts one. */
export function startFlags(command: Command): Command {
  return command
    .option('--config <file>', 'its configuration (default: writ-server.yaml here, where there is one)')
    .option(
      '--data <dir>',
      'where keys, log and tables lie (default: the configuration’s, else .writ-server)',
    )
    .option('--listen <address>', 'HOST:PORT; port 0 takes a free one', parseAddress)
    .option('--url <url>', 'its address as clients reach it')
    .option('--json', 'print one JSON object once it serves');
}

async function start(flags: StartFlags): Promise<number> {
  const ending = onceAsked();
  try {
    const server = await openServer(flags);
    announceServer(server, flags.json === true);
    await ending.asked;
    ending.again(() => void server.close());
    await server.close();
  } finally {
    ending.release();
  }
  return EXIT_OK;
}

/** Starts the control plane of `flags`; everything that serves is loaded here and nowhere else. */
export async function openServer(flags: StartFlags): Promise<RunningServer> {
  const { startServer } = await import('@writ/server');
  return startServer({
    settings: await settingsOf(flags),
    environment: process.env,
    write: (line) => process.stderr.write(line),
  });
}

async function settingsOf({ config, data, listen, url }: StartFlags): Promise<ServerSettings> {
  const { loadServerSettings, parseServerSettings, SERVER_FILE } = await import('@writ/server');
  const settings =
    config !== undefined || existsSync(SERVER_FILE)
      ? loadServerSettings(config ?? SERVER_FILE)
      : parseServerSettings('', resolve(SERVER_FILE));
  return {
    ...settings,
    ...(data === undefined ? {} : { data: resolve(data) }),
    ...(listen === undefined ? {} : { listen }),
    ...(url === undefined ? {} : { url: originOf(url) }),
  };
}

/** Where it serves, and how its first administrator gets in: shown on standard output alone, once. */
export function announceServer(
  { url, metricsUrl, firstLink, plane }: RunningServer,
  isJson: boolean,
  more: Readonly<Record<string, string>> = {},
): void {
  const log = formatVerifierKey(plane.log.verifierKey);
  if (isJson) {
    printJson({
      url,
      log,
      ...more,
      ...(metricsUrl === undefined ? {} : { metrics: metricsUrl }),
      ...(firstLink === undefined ? {} : { first_link: firstLink.url, expires: firstLink.expires }),
    });
    return;
  }
  print(`serving at ${visible(url)}`);
  print(`records what it does in ${log}`);
  if (metricsUrl !== undefined) print(`metrics at ${metricsUrl}`);
  if (firstLink === undefined) return;
  print(`nobody has signed in yet; the first administrator opens, until ${instant(firstLink.expires)}:`);
  print(`  ${firstLink.url}`);
  remark('whoever opens it first is the administrator; a start makes another, and this one is good no more');
}

/** The signals that end a server. */
export interface Ending {
  readonly asked: Promise<void>;
  /** Called at each signal after the first. */
  again(act: () => void): void;
  release(): void;
}

/** Listens for them from now on: whoever is asked to end while it starts ends once it has started. */
export function onceAsked(): Ending {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  let act: (() => void) | undefined;
  let count = 0;
  const heard = (): void => {
    count += 1;
    ask();
    if (count > 1) act?.();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, heard);
  return {
    asked,
    again: (next) => (act = next),
    release() {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, heard);
    },
  };
}

function parseAddress(text: string): ListenAddress {
  const address = readAddress(text);
  if (address !== undefined) return address;
  throw new InvalidArgumentError(ADDRESS_HINT);
}
