/** `writ gateway`: MCP over HTTP in front of the configured servers, for many clients at once. */
import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { Fault } from '@writ/core';
import {
  ADDRESS_HINT,
  type Configuration,
  CONFIGURATION_FILE,
  DEFAULT_GATEWAY,
  type ListenAddress,
  loadConfig,
  readAddress,
} from '@writ/gateway';
import { openGateway, type RunningGateway, type Started } from '@writ/gateway/serve';
import { EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { printJson, remark, visible } from '../../terminal/index.ts';
import { serviceManager } from './service-manager.ts';

interface GatewayFlags {
  readonly config?: string;
  readonly listen?: ListenAddress;
  readonly log?: 'json' | 'text';
  readonly json?: boolean;
}

const HELP = `
Signals: TERM and INT end it: it is not ready from then on, lets what is under way end, cancels the rest, and closes the log; a second one cancels at once.
         HUP reads the configuration, the policies and the certificate again.
Exit codes: 0 after it was ended, 2 for a configuration or policy that is not usable, 74 where it cannot listen, or log or servers cannot be used.`;

/** Adds the command to `program`. */
export function addGateway(program: Command): void {
  program
    .command('gateway')
    .description('serve MCP over HTTP, governing the servers behind it, until it is ended')
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option(
      '--listen <address>',
      'where, instead of the configured address: HOST:PORT, port 0 takes a free one',
      parseAddress,
    )
    .option(
      '--log <form>',
      'lines on standard error as `json` or `text`, instead of the configured form',
      parseForm,
    )
    .option('--json', 'print one JSON object once it serves')
    .addHelpText('after', HELP)
    .action(runs(serve));
}

async function serve(flags: GatewayFlags): Promise<number> {
  const file = flags.config ?? CONFIGURATION_FILE;
  if (flags.config === undefined && !existsSync(file)) {
    const hint = 'go to the folder of your writ.yaml, or name it with `--config`; `writ init` writes one';
    throw new Fault('config.not-found', 'a gateway needs a configuration', { hint });
  }
  const load = (): Configuration => withFlags(loadConfig(file), flags);
  const config = load();
  if (config.servers.length === 0) {
    throw new Fault('config.invalid', 'no server is configured', {
      path: 'servers',
      hint: 'add one to `servers`',
    });
  }
  const tell = serviceManager(process.env, (line) => remark(`writ: ${line}`));
  const ending = Promise.withResolvers<'ended'>();
  let gateway: RunningGateway | undefined;
  let asked = 0;
  const end = (): void => {
    asked += 1;
    ending.resolve('ended');
    if (asked > 1) void gateway?.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
  // Before it serves there is nothing to read again; without this the signal would end it.
  const reload = (): void => void reloadAndTell(gateway, tell);
  process.on('SIGHUP', reload);
  try {
    const opening = openGateway({ config, load, stderr: process.stderr, environment: process.env });
    // Whoever is asked to end while it starts ends once it has started.
    gateway = await opening;
    announce(gateway.started, config, flags);
    await tell('READY=1');
    await ending.promise;
    void tell('STOPPING=1');
    await (asked > 1 ? gateway.close() : gateway.drain());
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
    process.off('SIGHUP', reload);
  }
  return EXIT_OK;
}

async function reloadAndTell(
  gateway: RunningGateway | undefined,
  tell: ReturnType<typeof serviceManager>,
): Promise<void> {
  if (gateway === undefined) return;
  await tell('RELOADING=1');
  await gateway.reload();
  await tell('READY=1');
}

/** One block for people; a machine reads the line of the event, or the object of `--json`. */
function announce(started: Started, config: Configuration, flags: GatewayFlags): void {
  if (flags.json === true) printJson(started);
  if ((config.gateway ?? DEFAULT_GATEWAY).log.form === 'json') return;
  const lines: readonly (readonly [string, string])[] = [
    ['speaks', 'MCP 2026-07-28, and sessions of 2024-11-05 to 2025-11-25'],
    ['servers', started.servers.join(', ')],
    ['callers', started.auth],
    ['log', started.log],
    ['policy', `${started.policy.slice(0, 12)}, ${started.mode}`],
    ['probes', started.adminUrl === undefined ? 'none' : `${started.adminUrl}/readyz, /livez, /metrics`],
  ];
  for (const [name, value] of lines) remark(`  ${name.padEnd(8)} ${visible(value)}`);
}

function withFlags(config: Configuration, { listen, log }: GatewayFlags): Configuration {
  const gateway = config.gateway ?? DEFAULT_GATEWAY;
  return {
    ...config,
    gateway: {
      ...gateway,
      ...(listen === undefined ? {} : { listen }),
      ...(log === undefined ? {} : { log: { ...gateway.log, form: log } }),
    },
  };
}

function parseAddress(text: string): ListenAddress {
  const address = readAddress(text);
  if (address !== undefined) return address;
  throw new InvalidArgumentError(ADDRESS_HINT);
}

function parseForm(text: string): 'json' | 'text' {
  if (text === 'json' || text === 'text') return text;
  throw new InvalidArgumentError('expected `json` or `text`');
}
