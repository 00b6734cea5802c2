/** The few looks at the file system that turning names into files needs. Nothing is opened for writing, and what is read is bounded. */
import { closeSync, fstatSync, openSync, constants, readlinkSync, readSync, realpathSync } from 'node:fs';

/** What stands at a path, as far as it matters here. */
export type Place = { readonly is: 'link'; readonly target: string } | { readonly is: 'there' | 'absent' };

/** The file system, as actions see it. */
export interface HookFiles {
  /** Looks at one name without following it. Throws for anything but "absent" and "no link". */
  look(path: string): Place;
  /** The whole text of a regular file of at most `maxBytes`; `undefined` for everything else. */
  readText(path: string, maxBytes: number): string | undefined;
  /** The path with its names written as the folder has them, where letters' case makes no difference; the path itself elsewhere. */
  spelled(path: string): string;
}

const NO_LINK = new Set(['EINVAL', 'UNKNOWN']);
const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

/** The file system of this machine. */
export function nodeFiles(platform: NodeJS.Platform = process.platform): HookFiles {
  const isCaseless = platform === 'darwin' || platform === 'win32';
  return {
    look(path) {
      try {
        return { is: 'link', target: readlinkSync(path) };
      } catch (thrown) {
        const code = (thrown as NodeJS.ErrnoException).code ?? '';
        if (NO_LINK.has(code)) return { is: 'there' };
        if (ABSENT.has(code)) return { is: 'absent' };
        throw thrown;
      }
    },
    readText(path, maxBytes) {
      let file: number;
      try {
        // A pipe without a writer would hold the whole daemon.
        file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      } catch {
        return undefined;
      }
      try {
        const stats = fstatSync(file);
        if (!stats.isFile() || stats.size > maxBytes) return undefined;
        const bytes = Buffer.alloc(stats.size);
        const length = readSync(file, bytes, 0, bytes.length, 0);
        return bytes.toString('utf8', 0, length);
      } catch {
        return undefined;
      } finally {
        closeSync(file);
      }
    },
    spelled(path) {
      if (!isCaseless) return path;
      try {
        return realpathSync.native(path);
      } catch {
        return path;
      }
    },
  };
}
