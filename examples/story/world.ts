/** The world of the story: a scratch folder with a workspace, a configuration, policies, and an approver who is not the agent. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createApproverKey,
  openDataKeys,
  publicKeyText,
  systemClock,
  systemRandom,
  writeKeyFile,
} from '@writ/core';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '..', '..');

/** Where everything of one telling lies. */
export interface World {
  readonly root: string;
  readonly workspace: string;
  readonly config: string;
  readonly data: string;
  readonly approverKey: string;
  readonly passphraseFile: string;
  /** The log's public key, as a verifier was given it before anything happened. */
  readonly logKey: string;
  /** The `writ` command. */
  readonly writ: string;
  /** Removes the scratch folder. */
  remove(): void;
}

/** What stands in its configuration beside what every telling has. */
export interface WorldOptions {
  /** Whether a gateway listens there for clients over HTTP, and people of the control plane beside it approve. */
  readonly hasGateway?: boolean;
  /** How long a held call waits, as `writ.yaml` says it. */
  readonly hold?: string;
}

/** Makes the world. */
export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'writ-story-')));
  const workspace = join(root, 'workspace');
  for (const folder of ['notes', 'customers', 'out']) mkdirSync(join(workspace, folder), { recursive: true });
  writeFileSync(
    join(workspace, 'notes', 'plan.md'),
    '# Plan\n\nSummarise the open questions in out/summary.md.\n',
  );
  writeFileSync(
    join(workspace, 'customers', 'orders.csv'),
    'order,name,card\n1041,Ada,4111 1111 1111 1111\n1042,Grace,5500 0055 5555 5559\n',
  );
  writeFileSync(join(workspace, 'notes', 'key.pem'), privateKeyText());
  cpSync(join(HERE, 'policies'), join(root, 'policies'), { recursive: true });

  const passphrase = 'correct horse battery staple';
  const approverKey = join(root, 'approver', 'olga.key');
  const passphraseFile = join(root, 'approver', 'passphrase');
  const approver = await createApproverKey('olga', passphrase, systemRandom);
  writeKeyFile(approverKey, approver.text);
  writeKeyFile(passphraseFile, `${passphrase}\n`);

  const data = join(root, '.writ');
  const origin = 'story.writ.example/log';
  const keys = openDataKeys(data, { origin, create: true, clock: systemClock, random: systemRandom });
  const logKey = join(root, 'verifier', 'log.vkey');
  mkdirSync(dirname(logKey));
  writeFileSync(logKey, `${publicKeyText(keys.logKey)}\n`);

  const config = join(root, 'writ.yaml');
  writeFileSync(
    config,
    configuration(workspace, join(root, 'memory.jsonl'), publicKeyText(approver.key), options),
  );
  return {
    root,
    workspace,
    config,
    data,
    approverKey,
    passphraseFile,
    logKey,
    writ: join(ROOT, 'packages', 'cli', 'bin', 'writ.js'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function configuration(
  workspace: string,
  memoryFile: string,
  approverKey: string,
  { hasGateway = false, hold = '3s' }: WorldOptions,
): string {
  const node = JSON.stringify(process.execPath);
  return `# The node of the story.
policies: [policies]
mode: strict
agent: { id: research-bot, team: field }
servers:
  files:
    command: [${node}, ${JSON.stringify(serverProgram('server-filesystem'))}, ${JSON.stringify(workspace)}]
    trusted: true
  memory:
    command: [${node}, ${JSON.stringify(serverProgram('server-memory'))}]
    env: { MEMORY_FILE_PATH: ${JSON.stringify(memoryFile)} }
    trusted: true
  tickets:
    command: [${node}, ${JSON.stringify(join(HERE, 'servers', 'tickets.mjs'))}]
    trusted: true
data: .writ
origin: story.writ.example/log
approvals:
  approvers: [{ id: olga, key: ${JSON.stringify(approverKey)} }]
  hold: ${hold}
  timeout: 10m
${hasGateway ? '  beside: true\ngateway: { listen: "127.0.0.1:0", auth: none }\n' : ''}`;
}

/** The program of an official MCP server, as installed. */
function serverProgram(name: string): string {
  const program = join(ROOT, 'node_modules', '@modelcontextprotocol', name, 'dist', 'index.js');
  if (!existsSync(program)) throw new Error(`${name} is not installed; run npm start, which installs it`);
  return program;
}

/** Looks like a private key and is none: the words of the file format around zeros. */
function privateKeyText(): string {
  const label = ['PRIVATE', 'KEY'].join(' ');
  return `-----BEGIN ${label}-----\n${`${'A'.repeat(64)}\n`.repeat(3)}-----END ${label}-----\n`;
}
