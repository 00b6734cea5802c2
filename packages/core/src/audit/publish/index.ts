/** The log as static files. */
export { LOG_FOLDER, publishedSize } from './published.ts';
export { Publisher } from './publisher.ts';
