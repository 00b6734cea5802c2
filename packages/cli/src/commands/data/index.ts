/** `writ data`. */
export { addData } from './data.ts';
export { eraseFrom, purge, recordsLog } from './erasing.ts';
