/** `writ init`: a configuration, starter policies and keys, all in one go or not at all. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  createApproverKey,
  Fault,
  KEYS_FOLDER,
  openDataKeys,
  publicKeyText,
  systemClock,
  systemRandom,
  writeKeyFile,
} from '@writ/core';
import {
  checkPolicies,
  CONFIGURATION_FILE,
  configFromFlags,
  DATA_FOLDER,
  loadConfig,
  openTenantKeys,
  parseConfig,
} from '@writ/gateway';
import { codingAgentPolicies } from '@writ/gateway/hook';
import { addTrust, APPROVER_KEY_FILE, CONNECTING, trustFolder } from '../data/index.ts';
import { EXIT_OK } from '../exit-codes.ts';
import { runs } from '../run.ts';
import {
  configurationText,
  POLICY_FOLDER,
  probeServer,
  type StarterServer,
  starterPolicies,
} from '../starter/index.ts';
import {
  askPassphrase,
  confirm,
  isInteractive,
  print,
  printJson,
  remark,
  visible,
} from '../terminal/index.ts';

interface InitOptions {
  readonly dir: string;
  readonly agent: string;
  readonly name: string;
  readonly origin?: string;
  /** `false` for `--no-approver`. */
  readonly approver: string | boolean;
  readonly passphraseFile?: string;
  readonly trust?: boolean;
  readonly codingAgent?: boolean;
  readonly json?: boolean;
}

/** Adds the command to `program`. */
export function addInit(program: Command): void {
  program
    .command('init')
    .description('write a commented writ.yaml, starter policies, a log key and an approver key')
    .usage('[options] [-- COMMAND...]')
    .argument(
      '[command...]',
      'a server to govern; its tools are shown, and you are asked whether to trust it',
    )
    .option('--dir <dir>', 'where to write', '.')
    .option('--agent <id>', 'the agent’s id in policies and receipts', 'agent')
    .option('--name <name>', 'name of the server after --', 'default')
    .option('--origin <origin>', 'name of the log (default: a fresh one)')
    .option('--approver <id>', 'who approves (default: you)', true)
    .option('--no-approver', 'nobody approves: what needs a person is denied')
    .option(
      '--passphrase-file <file>',
      'a file whose first line is the approver’s passphrase (default: asked for)',
    )
    .option('--trust', 'accept the server’s tools as they are now, without asking')
    .option(
      '--coding-agent',
      'policies for a coding agent whose hooks ask Writ, instead of those for servers',
    )
    .option('--json', 'print one JSON object')
    .action(runs(init));
}

async function init(command: readonly string[], options: InitOptions): Promise<number> {
  const folder = resolve(options.dir);
  const data = join(folder, DATA_FOLDER);
  refuseToOverwrite([join(folder, CONFIGURATION_FILE), join(folder, POLICY_FOLDER), data]);
  requirePassphrase(options);
  // A server's command starts in this folder, as it will behind the gateway.
  mkdirSync(folder, { recursive: true });
  const server = await findServer(command, options, folder);
  const approver = await makeApprover(options);
  const file = join(folder, CONFIGURATION_FILE);
  const facts = {
    agent: options.agent,
    ...(options.origin === undefined ? {} : { origin: options.origin }),
    ...(server === undefined ? {} : { server }),
    ...(approver === undefined ? {} : { approver }),
  };
  const text = configurationText(facts);
  // What the flags say is checked as the gateway will read it, before anything is written.
  parseConfig(text, file);

  const keys = openDataKeys(data, {
    create: true,
    clock: systemClock,
    random: systemRandom,
    ...(options.origin === undefined ? {} : { origin: options.origin }),
  });
  await openTenantKeys({ data, node: keys.node }, CONNECTING);
  if (approver !== undefined) writeKeyFile(join(data, KEYS_FOLDER, APPROVER_KEY_FILE), approver.text);
  // Keys and records do not belong into anybody's repository.
  writeNew(join(data, '.gitignore'), '*\n');
  for (const policy of options.codingAgent === true ? codingAgentPolicies() : starterPolicies(facts))
    writeNew(join(folder, POLICY_FOLDER, policy.name), policy.text);
  writeNew(file, text);
  checkPolicies(loadConfig(file));
  const trusted = addTrust(trustFolder(process.env), publicKeyText(keys.logKey));
  if (options.json === true) {
    printJson({
      config: file,
      data,
      origin: keys.origin,
      log_key: publicKeyText(keys.logKey),
      approver: approver?.id ?? null,
      server: server === undefined ? null : { name: server.name, trusted: server.isTrusted },
      trusted_key: trusted,
    });
    return EXIT_OK;
  }
  print(`wrote ${file}`);
  print(`      ${join(folder, POLICY_FOLDER)}  starter policies`);
  print(`      ${data}  keys and record, yours alone`);
  print(`      ${trusted}  the log’s public key, for \`writ log verify\``);
  print(`log   ${keys.origin}`);
  print(
    approver === undefined
      ? `nobody approves: what needs a person${options.codingAgent === true ? ', and is not asked by the agent’s own host,' : ''} is denied`
      : `approves: ${approver.id}`,
  );
  if (server?.isTrusted === false) {
    print(
      `not trusted: the tools of \`${server.name}\` cannot be called before \`writ tools accept ${server.name}\`, once the gateway has seen them`,
    );
  }
  print();
  print(
    options.codingAgent === true
      ? 'next: read the policies, then `writ hook install HOST` puts Writ before your agent, and `writ hook status --try` tries it out'
      : 'next: read the policies, then `writ client-config NAME` prints the entry for your MCP client, and `writ doctor` tries it out',
  );
  return EXIT_OK;
}

function refuseToOverwrite(paths: readonly string[]): void {
  const standing = paths.filter((path) => existsSync(path));
  if (standing.length === 0) return;
  const hint = 'init never overwrites: move it away, or choose another folder with `--dir`';
  throw new Fault('config.exists', `\`${standing.join('`, `')}\` is already there`, {
    file: standing[0] ?? '',
    hint,
  });
}

/** The server with its tools as it lists them now, and whether the person trusts them. */
async function findServer(
  command: readonly string[],
  options: InitOptions,
  folder: string,
): Promise<StarterServer | undefined> {
  if (command.length === 0) return undefined;
  // A name that no server can have is told before the server is started.
  configFromFlags({ policies: [POLICY_FOLDER], command, name: options.name, folder });
  const tools = await probeServer(options.name, command, folder);
  if (options.json !== true) {
    remark(`${options.name} offers ${tools.length} tools:`);
    for (const tool of tools)
      remark(
        `  ${visible(tool.name)}${tool.isReadOnly ? '  (says that it only reads)' : ''}  ${visible(tool.summary)}`,
      );
  }
  const isTrusted =
    options.trust === true || (isInteractive() && (await confirm('trust them as they are now?')));
  return { name: options.name, command, tools, isTrusted };
}

interface NewApprover {
  readonly id: string;
  /** Text of the public key, for the configuration. */
  readonly key: string;
  /** Of the key file. */
  readonly text: string;
}

/** Nobody waits for a server to start only to hear that the passphrase cannot be had. */
function requirePassphrase({ approver, passphraseFile }: InitOptions): void {
  if (approver === false || passphraseFile !== undefined || isInteractive()) return;
  const hint = 'name a file with `--passphrase-file`, or say `--no-approver`';
  throw new Fault('key.passphrase', 'the approver key needs a passphrase and nobody can type one', { hint });
}

async function makeApprover(options: InitOptions): Promise<NewApprover | undefined> {
  if (options.approver === false) return undefined;
  const id = typeof options.approver === 'string' ? options.approver : userInfo().username;
  const passphrase = await askPassphrase(
    `new passphrase for the approver ${visible(id)}`,
    options.passphraseFile,
  );
  if (options.passphraseFile === undefined && (await askPassphrase('once more')) !== passphrase) {
    throw new Fault('key.passphrase', 'the two passphrases differ', { hint: 'run `writ init` again' });
  }
  // Key names hold neither white space nor `+`; the id in the configuration stays as it is.
  const { key, text } = await createApproverKey(id.replace(/[\s+]+/gu, '-'), passphrase, systemRandom);
  return { id, key: publicKeyText(key), text };
}

function writeNew(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { flag: 'wx' });
}
