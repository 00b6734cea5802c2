/** Retention of the log of a data folder: how long bodies are kept, run by itself. */
export {
  destroyedBy,
  retentionPorts,
  startRetention,
} from './node-retention.ts';
