/** Starts writer processes and listens to them. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { WriterReport, WriterTask } from './writer-task.ts';

const PROGRAM = fileURLToPath(new URL('./writer-process.ts', import.meta.url));

/** How a process ended. */
export interface WriterEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A process under way. */
export interface Writer {
  readonly reports: readonly WriterReport[];
  readonly ended: Promise<WriterEnd>;
  kill(): void;
}

/** Starts one. `told` is called with each report; the process is killed with the test at the latest. */
export function startWriter(task: WriterTask, told: (writer: Writer) => void = () => {}): Writer {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const reports: WriterReport[] = [];
  const lines = createInterface({ input: child.stdout });
  const closed = new Promise<void>((resolve) => lines.once('close', resolve));
  const ended = new Promise<WriterEnd>((resolve) => {
    child.once('exit', (code, signal) => void closed.then(() => resolve({ code, signal })));
  });
  const writer: Writer = { reports, ended, kill: () => void child.kill('SIGKILL') };
  lines.on('line', (line) => {
    reports.push(JSON.parse(line) as WriterReport);
    told(writer);
  });
  return writer;
}
