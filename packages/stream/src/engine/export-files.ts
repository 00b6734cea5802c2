/** Names of what a destination leaves in the data folder. */
import { join } from 'node:path';

/** Folder within a data folder. */
export const EXPORT_FOLDER = 'export';

/** The cursor of destination `name` in data folder `data`, absolute where that is. */
export function cursorPath(data: string, name: string): string {
  return join(data, EXPORT_FOLDER, `${name}.cursor`);
}

/** What its sender last told of itself. */
export function statusPath(data: string, name: string): string {
  return join(data, EXPORT_FOLDER, `${name}.status`);
}

/** The lock that its one sender holds. */
export function lockName(name: string): string {
  return `export-${name}`;
}
