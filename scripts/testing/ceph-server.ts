// A Ceph object gateway for tests, from the programs of the distribution (Debian: radosgw, ceph-mon, ceph-osd): one monitor, one store in memory, one gateway.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import type { S3Account } from './s3-account.ts';

/** Longest that the gateway takes to answer, in milliseconds. */
const READY_MS = 60_000;
const LOOK_MS = 100;
const PROGRAMS = ['ceph-mon', 'ceph-osd', 'ceph', 'ceph-authtool', 'monmaptool', 'radosgw', 'radosgw-admin'];
/** Who may do what, by the names that Ceph has for its parts. */
const CAPABILITIES: Readonly<Record<string, readonly string[]>> = {
  'mon.': ['mon', 'allow *'],
  'client.admin': ['mon', 'allow *', 'osd', 'allow *', 'mgr', 'allow *'],
  'osd.0': ['mon', 'allow profile osd', 'osd', 'allow *', 'mgr', 'allow profile osd'],
};

/** Whether its programs are installed. */
export function hasCeph(): boolean {
  return PROGRAMS.every((program) => spawnSync('which', [program]).status === 0);
}

/** Starts one. */
export async function startCeph(account: S3Account): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-ceph-'));
  const children: ChildProcess[] = [];
  const killAll = (): void => children.forEach((child) => void child.kill('SIGKILL'));
  process.once('exit', killAll);
  const stop = async (): Promise<void> => {
    process.off('exit', killAll);
    for (const child of children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const start = (program: string, ...args: string[]): void => {
    children.push(spawn(program, ['-c', join(folder, 'ceph.conf'), '-f', ...args], { stdio: 'ignore' }));
  };
  try {
    const port = await freePort();
    prepare(folder, port, await freePort());
    start('ceph-mon', '-i', 'a');
    const uuid = randomUUID();
    run(folder, 'ceph', 'osd', 'new', uuid);
    run(folder, 'ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', uuid);
    start('ceph-osd', '-i', '0');
    start('radosgw', '-n', 'client.admin');
    const endpoint = `http://127.0.0.1:${port}`;
    await untilReady(endpoint);
    const { accessKeyId, secretAccessKey } = account;
    const keys = ['--access-key', accessKeyId, '--secret-key', secretAccessKey];
    run(
      folder,
      'radosgw-admin',
      '-n',
      'client.admin',
      'user',
      'create',
      '--uid=writ',
      '--display-name=writ',
      ...keys,
    );
    return { endpoint, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function untilReady(endpoint: string): Promise<void> {
  for (let waited = 0; waited < READY_MS; waited += LOOK_MS) {
    const answer = await fetch(endpoint).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(LOOK_MS);
  }
  throw new Error('the gateway does not answer');
}

function prepare(folder: string, port: number, monitorPort: number): void {
  for (const name of ['mon', 'osd', 'run', 'log', 'rgw']) mkdirSync(join(folder, name));
  const fsid = randomUUID();
  writeFileSync(join(folder, 'ceph.conf'), configuration(folder, fsid, port, monitorPort));
  const keyring = join(folder, 'keyring');
  for (const [at, [name, caps]] of Object.entries(CAPABILITIES).entries()) {
    const pairs = Array.from({ length: caps.length / 2 }, (_, pair) => caps.slice(2 * pair, 2 * pair + 2));
    const flags = pairs.flatMap((pair) => ['--cap', ...pair]);
    run(
      folder,
      'ceph-authtool',
      ...(at === 0 ? ['--create-keyring'] : []),
      keyring,
      '--gen-key',
      '-n',
      name,
      ...flags,
    );
  }
  const map = join(folder, 'monmap');
  run(folder, 'monmaptool', '--create', '--addv', 'a', `[v2:127.0.0.1:${monitorPort}]`, '--fsid', fsid, map);
  run(folder, 'ceph-mon', '--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring);
}

function configuration(folder: string, fsid: string, port: number, monitorPort: number): string {
  const classes = globSync('/usr/lib*/{,*/}rados-classes/libcls_rgw.so')[0];
  return `[global]
fsid = ${fsid}
mon initial members = a
mon host = v2:127.0.0.1:${monitorPort}/0
public addr = 127.0.0.1
ms bind ipv6 = false
auth allow insecure global id reclaim = false
keyring = ${folder}/keyring
mon data = ${folder}/mon
mon data avail crit = 0
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 2147483648
${classes === undefined ? '' : `osd class dir = ${dirname(classes)}`}
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
run dir = ${folder}/run
pid file = ${folder}/run/$name.pid
admin socket = ${folder}/run/$name.asok
log file = ${folder}/log/$name.log
mon cluster log file = ${folder}/log/cluster.log
rgw frontends = beast endpoint=127.0.0.1:${port}
rgw data = ${folder}/rgw
rgw thread pool size = 16
`;
}

function run(folder: string, program: string, ...args: string[]): void {
  const tool = ['ceph-authtool', 'monmaptool'].includes(program);
  const flags = tool ? args : ['-c', join(folder, 'ceph.conf'), ...args];
  const ran = spawnSync(program, flags, { encoding: 'utf8', timeout: READY_MS });
  if (ran.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${ran.stderr}`, { cause: ran.error });
}
