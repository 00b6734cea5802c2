/** The log as static files. */
export { LOG_FOLDER, MAX_CHECKPOINT_BYTES, publishedCheckpoint } from './published.ts';
export { Publisher } from './publisher.ts';
export { replaceFile } from './write-file.ts';
