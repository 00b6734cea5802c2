/** The log as static files. */
export { LOG_FOLDER, publishedCheckpoint, publishedNote } from './published.ts';
export { Publisher } from './publisher.ts';
