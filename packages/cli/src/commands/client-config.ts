/** `writ client-config`: a ready entry for each MCP client, with absolute paths, because clients start with whatever PATH they have. */
import { homedir, platform } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { Fault } from '@writ/core';
import {
  type Configuration,
  CONFIGURATION_FILE,
  DEFAULT_GATEWAY,
  formatAddress,
  loadConfig,
  suggest,
} from '@writ/gateway';
import { EXIT_OK } from '../exit-codes.ts';
import { runs } from '../run.ts';
import { print, printJson, remark } from '../terminal/index.ts';

interface ClientConfigOptions {
  readonly config?: string;
  readonly http?: boolean;
  readonly url?: string;
  readonly json?: boolean;
}

/** What a client starts. */
interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

/** What a client reaches instead. */
interface Reach {
  readonly url: string;
  /** Whether callers show a token; it stands in the environment, never in the entry. */
  readonly needsToken: boolean;
}

/** Where a client keeps its servers, and how it writes one down. */
interface Client {
  /** For people: the file, or what to open. */
  readonly where: () => string;
  readonly entry: (launch: Launch) => unknown;
  /** Absent for a client whose file takes programs alone. */
  readonly httpEntry?: (reach: Reach) => unknown;
  /** TOML instead of JSON. */
  readonly isToml?: boolean;
}

/** The name that clients show. */
const SERVER = 'writ';
const home = (...parts: readonly string[]): string => join(homedir(), ...parts);
/** The variable that holds an API token where the client is started. */
const TOKEN = 'WRIT_TOKEN';
/** `headers` with the token, as the client writes a variable. */
const withToken = ({ needsToken }: Reach, variable: string): { headers?: Record<string, string> } =>
  needsToken ? { headers: { Authorization: `Bearer ${variable}` } } : {};
const mcpServers = (launch: Launch): unknown => ({ mcpServers: { [SERVER]: launch } });

const CLIENTS: Readonly<Record<string, Client>> = {
  'claude-desktop': {
    where: () => {
      if (platform() === 'darwin')
        return home('Library/Application Support/Claude/claude_desktop_config.json');
      if (platform() === 'win32') return '%APPDATA%\\Claude\\claude_desktop_config.json';
      return home('.config/Claude/claude_desktop_config.json');
    },
    entry: mcpServers,
  },
  'claude-code': {
    where: () => '.mcp.json in your project',
    entry: ({ command, args }) => ({ mcpServers: { [SERVER]: { type: 'stdio', command, args } } }),
    httpEntry: (reach) => ({
      mcpServers: { [SERVER]: { type: 'http', url: reach.url, ...withToken(reach, `\${${TOKEN}}`) } },
    }),
  },
  cursor: {
    where: () => home('.cursor/mcp.json'),
    entry: mcpServers,
    httpEntry: (reach) => ({
      mcpServers: { [SERVER]: { url: reach.url, ...withToken(reach, `\${env:${TOKEN}}`) } },
    }),
  },
  vscode: {
    where: () => '.vscode/mcp.json in your project',
    entry: ({ command, args }) => ({ servers: { [SERVER]: { type: 'stdio', command, args } } }),
    httpEntry: (reach) => ({
      ...(reach.needsToken
        ? {
            inputs: [
              { type: 'promptString', id: 'writ-token', description: 'API token of Writ', password: true },
            ],
          }
        : {}),
      servers: { [SERVER]: { type: 'http', url: reach.url, ...withToken(reach, '${input:writ-token}') } },
    }),
  },
  windsurf: { where: () => home('.codeium/windsurf/mcp_config.json'), entry: mcpServers },
  zed: {
    where: () => home('.config/zed/settings.json'),
    entry: ({ command, args }) => ({
      context_servers: { [SERVER]: { source: 'custom', command, args, env: {} } },
    }),
  },
  cline: { where: () => 'cline_mcp_settings.json, which “MCP Servers › Configure” opens', entry: mcpServers },
  continue: {
    where: () => '.continue/mcpServers/writ.json in your project',
    entry: mcpServers,
  },
  gemini: {
    where: () => home('.gemini/settings.json'),
    entry: mcpServers,
    httpEntry: (reach) => ({
      mcpServers: { [SERVER]: { httpUrl: reach.url, ...withToken(reach, `$${TOKEN}`) } },
    }),
  },
  codex: {
    where: () => home('.codex/config.toml'),
    entry: ({ command, args }) => ({ command, args }),
    httpEntry: ({ url, needsToken }) => ({ url, ...(needsToken ? { bearer_token_env_var: TOKEN } : {}) }),
    isToml: true,
  },
};

/** Adds the command to `program`. */
export function addClientConfig(program: Command): void {
  program
    .command('client-config')
    .description('print the entry that puts Writ in front of your servers in an MCP client')
    .argument('<name>', Object.keys(CLIENTS).join(', '))
    .option('--config <file>', 'the configuration that it starts with (default: writ.yaml here)')
    .option('--http', 'reach `writ gateway` instead of starting `writ mcp`')
    .option('--url <url>', 'with --http: its address as clients know it (default: the configured one)')
    .option('--json', 'print one JSON object with file and entry')
    .action(runs(clientConfig));
}

function clientConfig(name: string, options: ClientConfigOptions): number {
  const client = Object.hasOwn(CLIENTS, name) ? CLIENTS[name] : undefined;
  if (client === undefined) {
    throw new Fault('cli.usage', `no client \`${name}\` is known`, {
      hint: suggest(name, Object.keys(CLIENTS)),
    });
  }
  const file = resolve(options.config ?? CONFIGURATION_FILE);
  // An entry for a configuration that does not hold would fail where nobody sees why.
  const config = loadConfig(file);
  const entry =
    options.http === true || options.url !== undefined
      ? overHttp(name, client, reachOf(config, options.url))
      : client.entry({ command: process.execPath, args: [launcher(), 'mcp', '--config', file] });
  if (options.json === true) printJson({ client: name, file: client.where(), entry });
  else {
    remark(`add this to ${client.where()}:`);
    print(client.isToml === true ? toml(entry) : JSON.stringify(entry, null, 2));
  }
  const doubt = options.http === true && options.url === undefined ? doubtOf(config) : undefined;
  if (doubt !== undefined) remark(`it will not connect yet: ${doubt}`);
  return EXIT_OK;
}

/** Why the gateway of `config` is not reached by the entry as it stands; absent where it is. */
function doubtOf({ gateway = DEFAULT_GATEWAY }: Configuration): string | undefined {
  const { auth, url, listen } = gateway;
  if (auth === undefined)
    return '`gateway.auth` does not say who may call, and `writ gateway` does not start without it';
  const isNamed = url !== undefined || (auth.kind === 'checked' && auth.resource !== undefined);
  if (listen.port !== 0 || isNamed) return undefined;
  return '`gateway.listen` takes a free port at each start: name one, or give the address with `--url`';
}

function overHttp(name: string, { httpEntry }: Client, reach: Reach): unknown {
  if (httpEntry !== undefined) return httpEntry(reach);
  const hint = 'leave out `--http`: `writ mcp` shares configuration, policies and log with the gateway';
  throw new Fault('cli.usage', `the file of \`${name}\` takes programs alone`, { hint });
}

/** Where clients reach the gateway of `config`. */
function reachOf({ gateway = DEFAULT_GATEWAY }: Configuration, given: string | undefined): Reach {
  const { auth, url, tls, listen, path } = gateway;
  const isChecked = auth?.kind === 'checked';
  const own = `${tls === undefined ? 'http' : 'https'}://${formatAddress(listen)}${path}`;
  const known = url ?? (isChecked ? auth.resource : undefined) ?? own;
  return { url: given ?? known, needsToken: isChecked && auth.hasTokens };
}

/** The command's own file: with the Node that runs it now, it needs nothing from PATH. */
function launcher(): string {
  return resolve(import.meta.dirname, '../../bin/writ.js');
}

/** TOML basic strings and arrays of them are written as in JSON but for what neither a path nor a flag holds. */
function toml(entry: unknown): string {
  const lines = Object.entries(entry as Record<string, unknown>).map(
    ([name, value]) =>
      `${name} = ${Array.isArray(value) ? `[${value.map((one) => JSON.stringify(one)).join(', ')}]` : JSON.stringify(value)}`,
  );
  return [`[mcp_servers.${SERVER}]`, ...lines].join('\n');
}
