/** The commands, by the word that each begins with: one file or folder each, loaded once somebody asks for it. */
import type { Command } from 'commander';

/** Adds a command to the program. */
export type AddCommand = (program: Command) => void;

/** One command, or several that go together. */
export type LoadCommand = () => Promise<AddCommand>;

const login: LoadCommand = async () => (await import('./plane/index.ts')).addLogin;
const objects =
  (word: string): LoadCommand =>
  async () =>
    (await import('./plane/index.ts')).addObjects(word);
const kill: LoadCommand = async () => (await import('./kill.ts')).addKill;

/** In the order in which help lists them. Those that go together are loaded by the same function. */
export const COMMANDS: ReadonlyMap<string, LoadCommand> = new Map<string, LoadCommand>([
  ['init', async () => (await import('./init.ts')).addInit],
  ['mcp', async () => (await import('./mcp.ts')).addMcp],
  ['gateway', async () => (await import('./gateway/index.ts')).addGateway],
  ['hook', async () => (await import('./hook/index.ts')).addHook],
  ['daemon', async () => (await import('./daemon/index.ts')).addDaemon],
  ['egress', async () => (await import('./egress/index.ts')).addEgress],
  ['authz', async () => (await import('./authz.ts')).addAuthz],
  ['client-config', async () => (await import('./client-config.ts')).addClientConfig],
  ['decide', async () => (await import('./decide.ts')).addDecide],
  ['run', async () => (await import('./run.ts')).addRun],
  ['policy', async () => (await import('./policy/index.ts')).addPolicy],
  ['approvals', async () => (await import('./approvals/index.ts')).addApprovals],
  ['consent', async () => (await import('./consent/index.ts')).addConsent],
  ['kill', kill],
  ['unkill', kill],
  ['case', async () => (await import('./case/index.ts')).addCase],
  ['privacy', async () => (await import('./privacy/index.ts')).addPrivacy],
  ['log', async () => (await import('./log/index.ts')).addLog],
  ['export', async () => (await import('./export/index.ts')).addExport],
  ['data', async () => (await import('./data/index.ts')).addData],
  ['key', async () => (await import('./key/index.ts')).addKey],
  ['server', async () => (await import('./server/index.ts')).addServer],
  ['up', async () => (await import('./up/index.ts')).addUp],
  ['enroll', async () => (await import('./enroll.ts')).addEnroll],
  ['login', login],
  ['logout', login],
  ['api', async () => (await import('./plane/index.ts')).addApi],
  ['people', objects('people')],
  ['teams', objects('teams')],
  ['tokens', objects('tokens')],
  ['agents', objects('agents')],
  ['fleet', objects('fleet')],
  ['stops', objects('stops')],
  ['alerts', objects('alerts')],
  ['token', async () => (await import('./token/index.ts')).addToken],
  ['tools', async () => (await import('./tools/index.ts')).addTools],
  ['witness', async () => (await import('./witness.ts')).addWitness],
  ['mirror', async () => (await import('./mirror/index.ts')).addMirror],
  ['doctor', async () => (await import('./doctor.ts')).addDoctor],
]);
