/** `writ mcp`: the gateway, an MCP server on standard input and output in front of others. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { Fault, systemTimers } from '@writ/core';
import {
  type Configuration,
  CONFIGURATION_FILE,
  configFromFlags,
  type ConfigurationFlags,
  loadConfig,
  openNode,
  serverEnvironment,
  withFlags,
} from '@writ/gateway';
import { runStdioGateway } from '@writ/gateway/mcp';
import { collect, runs } from '../run.ts';

interface McpOptions {
  readonly config?: string;
  readonly policy: readonly string[];
  readonly data?: string;
  readonly name?: string;
  readonly agent?: string;
}

/** Adds the command to `program`. */
export function addMcp(program: Command): void {
  program
    .command('mcp')
    .description('serve MCP on standard input and output, governing the servers behind it')
    .usage('[options] [-- COMMAND...]')
    .argument('[command...]', 'a server to govern; trusted, because you typed it')
    .option('--config <file>', 'the configuration (default: writ.yaml here, if there is one)')
    .option(
      '--policy <path>',
      'a policy file or a folder of them, instead of the configured ones; may be repeated',
      collect,
      [],
    )
    .option('--data <dir>', 'the data folder (default: the configured one, or .writ)')
    .option('--name <name>', 'name of the server after -- (default: default)')
    .option('--agent <id>', 'the agent’s id (default: the configured one, or agent)')
    .action(runs(serve));
}

async function serve(command: readonly string[], options: McpOptions): Promise<number> {
  const config = configuration(command, options);
  if (config.servers.length === 0) {
    const hint = 'add one to `servers`, or write its command after `--`';
    throw new Fault('config.invalid', 'no server is configured', { path: 'servers', hint });
  }
  // Everything that can be wrong without starting anything is found before anything is started.
  const servers = config.servers.map((server) => ({
    ...server,
    env: serverEnvironment(server, process.env),
  }));
  const node = await openNode({ config, createKeys: true });
  const ending = new AbortController();
  const end = (): void => ending.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  try {
    node.policy.watch();
    return await runStdioGateway({
      ports: { ...node, timers: systemTimers },
      servers,
      ...(config.expose === undefined ? {} : { expose: config.expose }),
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      environment: process.env,
      signal: ending.signal,
    });
  } finally {
    await node.close();
  }
}

/** The file, where one is named or stands here, with what the flags say instead; else the flags alone. */
function configuration(command: readonly string[], options: McpOptions): Configuration {
  const flags: ConfigurationFlags = {
    policies: options.policy,
    folder: process.cwd(),
    ...(command.length === 0 ? {} : { command }),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.data === undefined ? {} : { data: options.data }),
    ...(options.agent === undefined ? {} : { agent: options.agent }),
  };
  if (options.config !== undefined) return withFlags(loadConfig(options.config), flags);
  // With policies and a command of its own, a file that happens to stand here has no say.
  const isComplete = options.policy.length > 0 && command.length > 0;
  return !isComplete && existsSync(CONFIGURATION_FILE)
    ? withFlags(loadConfig(CONFIGURATION_FILE), flags)
    : configFromFlags(flags);
}
