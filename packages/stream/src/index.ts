/** Entry point of @writ/stream: the log as a stream to the tools that people watch. */
export type {
  ClientTls,
  Destination,
  DestinationPorts,
  OpenDestination,
  OutgoingEvent,
  SecretSource,
} from './destination.ts';
