/** The built files of the web interface, read once: each with its type, its tag and its compressed forms. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** Where published packages carry the files, and where `npm run build` leaves them in a checkout. */
const FOLDERS = [join(import.meta.dirname, 'site'), join(import.meta.dirname, '../../../dashboard/dist')];
/** What is answered where no other file is meant. */
const FIRST_PAGE = 'index.html';
/** Files under it have the hash of their content in their names. */
const HASHED = 'assets/';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** One file, in the forms that it can be sent in. */
export interface SiteFile {
  readonly type: string;
  /** Strong entity tag without its form, as hexadecimal digits. */
  readonly tag: string;
  /** Whether its name changes with its content, so that it may be kept for ever. */
  readonly isHashed: boolean;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzip?: Uint8Array<ArrayBuffer>;
  readonly br?: Uint8Array<ArrayBuffer>;
}

/** The files of one build. */
export interface Site {
  /** The page that every deep link opens. */
  readonly page: SiteFile;
  /** By path, without a leading slash. Nothing else than what is in it is ever read: no path of a request reaches the disk. */
  readonly files: ReadonlyMap<string, SiteFile>;
}

/** Reads a build from `folder`; `undefined` where there is none. */
export function readSite(folder: string): Site | undefined {
  if (!existsSync(join(folder, FIRST_PAGE))) return undefined;
  const names = globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
  const files = new Map(
    names
      .filter((name) => TYPES[extname(name)] !== undefined && !name.startsWith('.'))
      .map((name) => [name, readSiteFile(folder, name, names)]),
  );
  const page = files.get(FIRST_PAGE);
  return page === undefined ? undefined : { page, files };
}

/** The build that is beside this code; `undefined` where nothing was built. */
export function findSite(): Site | undefined {
  for (const folder of FOLDERS) {
    const site = readSite(folder);
    if (site !== undefined) return site;
  }
  return undefined;
}

function readSiteFile(folder: string, name: string, names: readonly string[]): SiteFile {
  const read = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(join(folder, path)));
  const plain = read(name);
  return {
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    tag: createHash('sha256').update(plain).digest('hex').slice(0, 32),
    isHashed: name.startsWith(HASHED),
    plain,
    ...(names.includes(`${name}.gz`) ? { gzip: read(`${name}.gz`) } : {}),
    ...(names.includes(`${name}.br`) ? { br: read(`${name}.br`) } : {}),
  };
}
