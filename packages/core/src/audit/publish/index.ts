/** The log as static files. */
export { LOG_FOLDER, MAX_CHECKPOINT_BYTES, publishedCheckpoint, publishedNote } from './published.ts';
export { Publisher } from './publisher.ts';
export { replaceFile } from './write-file.ts';
