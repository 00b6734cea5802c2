/** Tries a driver: starts a sandbox, has it attempt what it must refuse, and tells what came of it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describeFault, isFault } from '../../kernel/index.ts';
import { sandboxProfile } from './profiles.ts';
import { ARCHITECTURES } from './seccomp/index.ts';
import { EFFECTS, readTrials, trialProgram } from './trials.ts';
import type { Capability } from './capabilities.ts';
import type { DriverReport, SandboxDriver, Trial } from './types.ts';

/** Longest output of the trials that is read, in characters. */
const MAX_OUTPUT = 65_536;

/** Tries `driver` with the strictest profile. Folders for it are made under `tmp`, and removed. */
export async function probeDriver(driver: SandboxDriver, tmp: string): Promise<DriverReport> {
  const base = { driver: driver.name, capabilities: new Set<Capability>(), trials: [] };
  const architecture = ARCHITECTURES.find((one) => one === process.arch);
  if (architecture === undefined)
    return { ...base, status: 'untested', detail: `there is no filter for \`${process.arch}\`` };
  const place = mkdtempSync(join(tmp, 'writ-probe-'));
  try {
    const targets = layOut(place);
    const sandbox = await driver.create({
      id: `probe-${process.pid}`,
      profile: { ...sandboxProfile('restrictive'), demands: [] },
      folder: targets.folder,
      write: [targets.folder],
      read: [],
      environment: {},
      protect: [{ path: join(targets.folder, 'kept/.writ'), access: 'hidden' }],
    });
    try {
      const running = sandbox.exec(['perl', '-e', trialProgram(architecture, targets, EFFECTS)]);
      running.stdin?.end();
      const [printed] = await Promise.all([readText(running.stdout), readText(running.stderr), running.end]);
      const trials = EFFECTS.map(({ name }, index): Trial => {
        const tried = readTrials(printed, EFFECTS)[index];
        return {
          effect: name,
          // What was not answered is not known to be refused.
          isRefused: tried?.happened === false,
          answer: tried?.answer ?? 'no answer',
        };
      });
      const isHeard = printed !== '';
      const through = trials.filter(({ isRefused }) => !isRefused);
      const isReady = isHeard && through.length === 0;
      return {
        ...base,
        status: isReady ? 'ready' : 'unfit',
        capabilities: isReady ? READY : base.capabilities,
        trials: isHeard ? trials : [],
        detail: !isHeard
          ? 'what it started said nothing'
          : isReady
            ? `${trials.length} forbidden effects attempted, each refused`
            : `not refused: ${through.map(({ effect }) => effect).join(', ')}`,
      };
    } finally {
      await sandbox.remove();
    }
  } catch (fault) {
    const isAbsent = isFault(fault, 'sandbox.lacking') && /not installed/.test(fault.message);
    return { ...base, status: isAbsent ? 'absent' : 'unfit', detail: describeFault(fault) };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const READY: ReadonlySet<Capability> = new Set([
  'namespaces',
  'system-call-filter',
  'no-privileges',
  'bounds',
]);

function layOut(place: string): Parameters<typeof trialProgram>[1] {
  const [folder, outside] = [join(place, 'folder'), join(place, 'outside')];
  mkdirSync(join(folder, 'kept/.writ'), { recursive: true });
  mkdirSync(outside);
  const [secret, hidden] = [join(outside, 'secret'), join(folder, 'kept/.writ/key')];
  for (const file of [secret, hidden]) writeFileSync(file, 'writ probe');
  return { folder, outside, secret, hidden, pid: process.pid };
}

async function readText(stream: Readable | undefined): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) {
    if (text.length < MAX_OUTPUT) text += String(chunk);
  }
  return text;
}
