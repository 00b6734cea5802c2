/** `writ policy`: the commands on policies, one file each. */
import type { Command } from 'commander';
import { addCheck } from './check.ts';
import { addCompile } from './compile.ts';
import { addDiff } from './diff.ts';
import { addExplain } from './explain.ts';
import { addFormat } from './fmt.ts';
import { addGenerate } from './generate.ts';
import { addImport } from './import.ts';
import { addLint } from './lint.ts';
import { addReplay } from './replay.ts';
import { addNewKey } from './new-key.ts';
import { addPublicKey } from './public-key.ts';
import { addRollout, addVersions } from './plane/index.ts';
import { addSign } from './sign.ts';
import { addStarter } from './starter.ts';
import { addTest } from './test.ts';
import { addVerifyBundle } from './verify-bundle.ts';

/** In the order of the help. */
const COMMANDS: readonly ((policy: Command) => void)[] = [
  addCheck,
  addFormat,
  addLint,
  addTest,
  addExplain,
  addDiff,
  addReplay,
  addCompile,
  addStarter,
  addImport,
  addGenerate,
  addNewKey,
  addPublicKey,
  addSign,
  addVerifyBundle,
  addVersions,
  addRollout,
];

/** Adds the commands to `program`. */
export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('work on policies').helpCommand(false);
  for (const add of COMMANDS) add(policy);
}
