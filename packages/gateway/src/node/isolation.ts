/** Whether the node is out of the agent's reach. Claimed only where it can be shown (architecture, section 8). */
import { readFileSync, statSync } from 'node:fs';

/** What the system says about this process and its data folder. */
export interface IsolationFacts {
  /** User this process runs as. */
  readonly user: number;
  /** User of the process that started it, the agent's client; absent where that cannot be read. */
  readonly clientUser?: number;
  /** Owner and permission bits of the data folder. */
  readonly dataOwner: number;
  readonly dataMode: number;
}

/**
 * `isolated` where the client runs as another ordinary user and cannot reach the data folder. `unisolated` otherwise, so also where nothing is known.
 *
 * Does not see what the client's user may do through `sudo`, group membership or the machine's debugger.
 */
export function judgeIsolation(facts: IsolationFacts | undefined): 'isolated' | 'unisolated' {
  if (facts?.clientUser === undefined) return 'unisolated';
  const { user, clientUser, dataOwner, dataMode } = facts;
  const isOtherUser = clientUser !== user && clientUser !== 0;
  const isDataClosed = dataOwner === user && (dataMode & 0o077) === 0;
  return isOtherUser && isDataClosed ? 'isolated' : 'unisolated';
}

/** The facts of this process over `data`; `undefined` where the system does not tell users apart. */
export function readIsolationFacts(data: string): IsolationFacts | undefined {
  const user = process.geteuid?.();
  if (user === undefined) return undefined;
  try {
    const { uid, mode } = statSync(data);
    const clientUser = userOf(process.ppid);
    return { user, dataOwner: uid, dataMode: mode, ...(clientUser === undefined ? {} : { clientUser }) };
  } catch {
    // What cannot be looked at is not shown to be out of reach.
    return undefined;
  }
}

/** The real user of process `pid`, from Linux's /proc; `undefined` elsewhere. */
function userOf(pid: number): number | undefined {
  try {
    const [, user] = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return user === undefined ? undefined : Number(user);
  } catch {
    return undefined;
  }
}
