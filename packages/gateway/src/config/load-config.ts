/** Configurations from where operators keep them: a file, or flags alone. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault, fromUtf8, isFault } from '@writ/core';
import { parseConfig } from './parse-config.ts';
import { DEFAULT_APPROVALS } from './parse-people.ts';
import { serverNameProblem } from './parse-servers.ts';
import { type Configuration, CONFIGURATION_FILE, DATA_FOLDER } from './types.ts';

/** What `writ mcp` may be told without a file. */
export interface ConfigurationFlags {
  /** Files and folders of policies, relative to `folder`. */
  readonly policies: readonly string[];
  /** The server's program and arguments; trusted, because a person typed it. */
  readonly command?: readonly string[];
  /** Name of that server (default `default`). */
  readonly name?: string;
  readonly data?: string;
  /** Agent id (default `agent`). */
  readonly agent?: string;
  /** Folder that relative paths start from, absolute. */
  readonly folder: string;
}

/** The configuration in the file at `path`. Throws `config.not-found`, `config.unreadable`, and as `parseConfig`. */
export function loadConfig(path: string): Configuration {
  const file = resolve(path);
  let text: string;
  try {
    text = fromUtf8(readFileSync(file));
  } catch (cause) {
    if (isFault(cause, 'bytes.encoding')) {
      throw new Fault('config.syntax', `\`${file}\` is not UTF-8 text`, { file, hint: 'save it as UTF-8' });
    }
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      const hint = `run \`writ init\` to write one, or name it with \`--config\``;
      throw new Fault('config.not-found', `no configuration stands at \`${file}\``, { file, hint });
    }
    throw new Fault('config.unreadable', `cannot read the configuration \`${file}\``, { file }, { cause });
  }
  return parseConfig(text, file);
}

/** A configuration made of flags alone. Throws `cli.usage` where they do not make one. */
export function configFromFlags(flags: ConfigurationFlags): Configuration {
  if (flags.policies.length === 0) {
    const hint = `name policies with \`--policy\`, or run \`writ init\` to write ${CONFIGURATION_FILE}`;
    throw new Fault('cli.usage', 'no policy is named, and nothing is allowed without one', { hint });
  }
  return withFlags(
    {
      folder: flags.folder,
      policies: [],
      mode: 'strict',
      agent: { id: flags.agent ?? 'agent' },
      servers: [],
      data: resolve(flags.folder, DATA_FOLDER),
      replicate: [],
      approvals: DEFAULT_APPROVALS,
      detectors: {},
    },
    flags,
  );
}

/** `config` with what the flags say instead: policies, data folder and agent replace, the command joins the servers. Throws `cli.usage`. */
export function withFlags(config: Configuration, flags: ConfigurationFlags): Configuration {
  const { folder, policies, command, data, agent } = flags;
  if (config.plane !== undefined && policies.length > 0)
    throw new Fault('cli.usage', '`--policy` is given, and this node is governed by signed bundles', {
      hint: 'change the policies at the control plane',
    });
  return {
    ...config,
    ...(policies.length === 0 ? {} : { policies: policies.map((path) => resolve(folder, path)) }),
    ...(data === undefined ? {} : { data: resolve(folder, data) }),
    ...(agent === undefined ? {} : { agent: { ...config.agent, id: agent } }),
    ...(command === undefined || command.length === 0
      ? {}
      : { servers: withCommand(config, flags, command) }),
  };
}

function withCommand(
  config: Configuration,
  { folder, name = 'default' }: ConfigurationFlags,
  [program = '', ...args]: readonly string[],
): Configuration['servers'] {
  const problem = serverNameProblem(name);
  if (problem !== undefined) throw new Fault('cli.usage', problem.problem, { hint: problem.hint });
  if (config.servers.some((server) => server.name === name)) {
    const hint = 'give it another name with `--name`';
    throw new Fault('cli.usage', `a server \`${name}\` is configured already`, { hint });
  }
  return [...config.servers, { name, command: [program, ...args], env: {}, cwd: folder, isTrusted: true }];
}
