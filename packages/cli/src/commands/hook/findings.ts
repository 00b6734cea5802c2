/** What `writ doctor` and `writ hook status --try` find of installed hooks, by trying each. */
import { hookFolder, installedHooks, tryHook } from '@writ/gateway/hook';
import type { Finding } from '../doctor-record.ts';

/** In what the guard says of the canary. */
const REASON = 'a file of Writ itself';

/** One finding for each hook that was installed for the data folder `data`. */
export async function hookFindings(data: string): Promise<readonly Finding[]> {
  const folder = hookFolder(data);
  const findings: Finding[] = [];
  for (const hook of installedHooks(folder)) {
    const check = `hook ${hook.host}`;
    if (!hook.isThere) {
      const detail = `no hook stands in ${hook.file} any more; run \`writ hook install ${hook.host}\``;
      findings.push({ check, status: 'fail', detail });
      continue;
    }
    const { isStopped, said } = await tryHook(hook, folder);
    // A hook that refuses because nobody answers it refuses everything.
    if (isStopped && !said.includes(REASON)) {
      findings.push({ check, status: 'warn', detail: `it stops whatever the agent does: ${said}` });
      continue;
    }
    if (isStopped && !hook.isCurrent) {
      const detail = `its program is of another version of Writ; run \`writ hook install ${hook.host}\``;
      findings.push({ check, status: 'warn', detail });
      continue;
    }
    findings.push(
      isStopped
        ? { check, status: 'ok', detail: `a forbidden command was put to it and did not run (${hook.file})` }
        : { check, status: 'fail', detail: `a forbidden command would have run: ${said}` },
    );
  }
  return findings;
}

/** Whether commands that policy lets run only confined could: denied elsewhere, so that it is a warning. Nothing where no hook is installed. */
export async function confinedFindings(data: string): Promise<readonly Finding[]> {
  if (installedHooks(hookFolder(data)).length === 0) return [];
  const { bubblewrapDriver } = await import('@writ/core/sandbox');
  const driver = bubblewrapDriver();
  try {
    const { status, detail } = await driver.probe();
    const check = 'hook @confine';
    if (status === 'ready')
      return [
        {
          check,
          status: 'ok',
          detail: `a command that policy wants confined runs in bubblewrap (${detail})`,
        },
      ];
    return [{ check, status: 'warn', detail: `a command that policy wants confined is denied: ${detail}` }];
  } finally {
    await driver.close();
  }
}
