/** What crosses between a thread that reads objects and the one that asks. */
import type { MessagePort } from 'node:worker_threads';
import type { S3Credentials, S3Options } from './options.ts';

/** How a reading thread is started. */
export interface GetThreadOptions {
  readonly options: Omit<S3Options, 'credentials' | 'now' | 'objectLock'> & {
    readonly credentials: S3Credentials;
  };
  readonly port: MessagePort;
  /** Raised by one with each answer, after it was posted. */
  readonly answered: Int32Array;
}

/** One object. */
export interface GetQuestion {
  readonly name: string;
  readonly maximum: number;
}

/** Its bytes, nothing where none is there, or why that is not known, in one line. */
export type GetAnswer = { readonly bytes: Uint8Array | undefined } | { readonly failure: string };
