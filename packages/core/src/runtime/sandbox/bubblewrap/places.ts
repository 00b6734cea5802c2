/** Places inside a sandbox that are the same in all of them. */

/** Home folder inside: empty, in memory, new for each command. */
export const HOME = '/home/sandbox';
/** Where the egress proxy's socket is inside. */
export const EGRESS_SOCKET = '/run/writ/egress.sock';
/** Folders in memory that can be written to. */
export const MEMORY_FOLDERS: readonly string[] = ['/tmp', HOME, '/dev/shm'];
