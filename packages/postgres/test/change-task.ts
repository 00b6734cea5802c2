/** What a process that changes the keys of a log is told. */
export interface ChangeTask {
  readonly url: string;
  readonly schema: string;
  /** Schema of the log that goes on. */
  readonly into: string;
  readonly change: 'reseal' | 'succeed';
  /** The statement to the server, counted from 1, before which the process ends as by SIGKILL. */
  readonly dieBefore: number;
}
