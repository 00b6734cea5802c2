/** Folders whose programs are those that their names promise. */
const FOLDERS: ReadonlySet<string> = new Set([
  '/bin',
  '/sbin',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/opt/homebrew/bin',
  '/opt/homebrew/sbin',
]);

/** Whether `folder` (normalised) is one that the system or its administrator fills. */
export function isSystemFolder(folder: string): boolean {
  return FOLDERS.has(folder);
}
