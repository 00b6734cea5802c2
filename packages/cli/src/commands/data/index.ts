/** `writ data`. */
export { addData } from './data.ts';
export { eraseFrom, recordsLog } from './erasing.ts';
export { purgeFiles } from './purge.ts';
