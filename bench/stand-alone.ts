// The verifier in one file, run as an auditor runs it, and what that cost.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const VERIFIER = join(import.meta.dirname, '../packages/core/verify/verify.mjs');
/**
 * Prints what the verifier cost when it ends. The kernel's own count of a process's most memory begins with that of the process that started it,
 * so on Linux that of its address space is taken (proc(5), VmHWM).
 */
const METER = `data:text/javascript,process.on('exit',()=>{
  const {user,system}=process.cpuUsage();
  let rssKb=process.resourceUsage().maxRSS;
  try{rssKb=Number(/VmHWM:\\s*(\\d+)/.exec(process.getBuiltinModule('node:fs').readFileSync('/proc/self/status','utf8'))[1])}catch{}
  console.error(JSON.stringify({ms:performance.now(),cpuUs:user+system,rssKb}));
})`;

/** What a run took, from the start of its process to the end. */
export interface StandAloneCost {
  readonly ms: number;
  readonly cpuUs: number;
  /** The most memory that it held at once. */
  readonly rssKb: number;
}

/** Verifies the published log in `log` with the key in `keyFile`. Throws where it does not verify. */
export function runStandAlone(log: string, keyFile: string, flags: readonly string[] = []): StandAloneCost {
  const command = ['--import', METER, VERIFIER, log, '--key', keyFile, ...flags];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the log does not verify: ${stdout}${stderr}`);
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as StandAloneCost;
}
