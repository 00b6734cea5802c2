/** The launcher where a control group bounds memory and processes: processor time, which none bounds, is counted all the same. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { launcherCommand, TALK_FD } from './launcher.ts';
import { readMachine } from './machine.ts';

const { bubblewrap, perl, architecture } = readMachine();

test.skipIf(bubblewrap === undefined || perl === undefined || architecture === undefined)(
  'processor time is counted over all processes where a control group counts the rest',
  async () => {
    const code =
      'for (1..20) { fork or do { my $t = (times)[0]; 1 while (times)[0] - $t < 0.3; exit }; wait }';
    const launcher = launcherCommand(
      perl ?? '',
      {
        architecture: architecture ?? 'x64',
        maxMemory: 2 ** 30,
        maxProcesses: 100,
        maxCpuSeconds: 1,
        maxFile: 2 ** 20,
        maxOpenFiles: 100,
        isWatching: false,
        inMemory: [],
      },
      [perl ?? '', '-e', code],
    );
    const places = [
      '--unshare-user',
      '--unshare-pid',
      '--as-pid-1',
      '--ro-bind',
      '/',
      '/',
      '--dev',
      '/dev',
      '--proc',
      '/proc',
    ];
    const child = spawn(bubblewrap ?? '', [...places, '--die-with-parent', '--', ...launcher], {
      stdio: ['ignore', 'inherit', 'inherit', 'ignore', 'pipe'],
    });
    let said = '';
    for await (const chunk of child.stdio[TALK_FD] as Readable) said += String(chunk);
    expect(said).toBe('started\nlimit cpu\n');
  },
);
