/** `writ client-config`: a ready entry for each MCP client, with absolute paths, because clients start with whatever PATH they have. */
import { homedir, platform } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { Fault } from '@writ/core';
import { CONFIGURATION_FILE, loadConfig, suggest } from '@writ/gateway';
import { EXIT_OK } from '../exit-codes.ts';
import { runs } from '../run.ts';
import { print, printJson, remark } from '../terminal/index.ts';

interface ClientConfigOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** What a client starts. */
interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

/** Where a client keeps its servers, and how it writes one down. */
interface Client {
  /** For people: the file, or what to open. */
  readonly where: () => string;
  readonly entry: (launch: Launch) => unknown;
  /** TOML instead of JSON. */
  readonly isToml?: boolean;
}

/** The name that clients show. */
const SERVER = 'writ';
const home = (...parts: readonly string[]): string => join(homedir(), ...parts);
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
  },
  cursor: { where: () => home('.cursor/mcp.json'), entry: mcpServers },
  vscode: {
    where: () => '.vscode/mcp.json in your project',
    entry: ({ command, args }) => ({ servers: { [SERVER]: { type: 'stdio', command, args } } }),
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
  gemini: { where: () => home('.gemini/settings.json'), entry: mcpServers },
  codex: { where: () => home('.codex/config.toml'), entry: (launch) => launch, isToml: true },
};

/** Adds the command to `program`. */
export function addClientConfig(program: Command): void {
  program
    .command('client-config')
    .description('print the entry that puts Writ in front of your servers in an MCP client')
    .argument('<name>', Object.keys(CLIENTS).join(', '))
    .option('--config <file>', 'the configuration that it starts with (default: writ.yaml here)')
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
  const config = resolve(options.config ?? CONFIGURATION_FILE);
  // An entry for a configuration that does not hold would fail where nobody sees why.
  loadConfig(config);
  const launch = { command: process.execPath, args: [launcher(), 'mcp', '--config', config] };
  const entry = client.entry(launch);
  if (options.json === true) printJson({ client: name, file: client.where(), entry });
  else {
    remark(`add this to ${client.where()}:`);
    print(client.isToml === true ? toml(launch) : JSON.stringify(entry, null, 2));
  }
  return EXIT_OK;
}

/** The command's own file: with the Node that runs it now, it needs nothing from PATH. */
function launcher(): string {
  return resolve(import.meta.dirname, '../../bin/writ.js');
}

/** TOML basic strings are JSON strings but for what neither a path nor a flag holds. */
function toml({ command, args }: Launch): string {
  const list = args.map((argument) => JSON.stringify(argument)).join(', ');
  return `[mcp_servers.${SERVER}]\ncommand = ${JSON.stringify(command)}\nargs = [${list}]`;
}
