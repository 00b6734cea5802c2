// What the bench of sending needs of a receiver.
import type { DestinationSettings } from '@writ/stream';

/** A receiver on the loopback interface, and how a destination is told of it. */
export interface Sink {
  readonly target: DestinationSettings['target'];
  /** Events that it has. */
  arrived(): Promise<number>;
  close(): Promise<void>;
}
