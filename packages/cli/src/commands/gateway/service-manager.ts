/** Tells the service manager how far the gateway is (sd_notify(3)). Node has no datagram sockets of the file system, so `systemd-notify` speaks. */
import { execFile } from 'node:child_process';

/** What is told. */
export type ServiceState = 'READY=1' | 'RELOADING=1' | 'STOPPING=1';

/** The program that speaks; part of systemd. */
const NOTIFY = 'systemd-notify';
/** Longest that `systemd-notify` may take, in milliseconds. */
const NOTIFY_MS = 5_000;

/**
 * A function that tells, or nothing where no service manager listens. A failure is told to `report` once and changes nothing: whoever asks `/readyz` knows it
 * better. The unit needs `NotifyAccess=all`, because another process than the gateway speaks.
 */
export function serviceManager(
  environment: Readonly<Record<string, string | undefined>>,
  report: (line: string) => void,
): (state: ServiceState) => Promise<void> {
  const socket = environment['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') return () => Promise.resolve();
  let hasFailed = false;
  const env = { NOTIFY_SOCKET: socket, PATH: environment['PATH'] ?? '' };
  return (state) =>
    new Promise((resolve) => {
      const words = state === 'READY=1' ? [state, `MAINPID=${process.pid}`] : [state];
      execFile(NOTIFY, words, { env, timeout: NOTIFY_MS }, (fault) => {
        if (fault !== null && !hasFailed) {
          hasFailed = true;
          report(`the service manager cannot be told ${state}: ${fault.message.split('\n', 1)[0] ?? ''}`);
        }
        resolve();
      });
    });
}
