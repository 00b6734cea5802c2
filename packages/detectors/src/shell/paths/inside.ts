import { normalise } from './normalise.ts';

/** Whether `path` is `folder` or lies in it, by names alone. Both are absolute. */
export function isInside(path: string, folder: string): boolean {
  const [inner, outer] = [normalise(path), normalise(folder)];
  return outer === '/' || inner === outer || inner.startsWith(`${outer}/`);
}
