/** `writ export reset NAME --from INDEX`: where a destination goes on. */
import { resetCursor } from '@writ/stream';
import { type LocateOptions, writeData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { print, visible } from '../../terminal/index.ts';
import { locateExport, requireDestination } from './destinations.ts';

/** Where to go on: an index, or one of two words. */
export type From = number | 'start' | 'now';

/** Moves the cursor. What is left out by that is recorded in the log, as it is where a destination gives up by itself. */
export async function reset(name: string, options: LocateOptions & { readonly from: From }): Promise<number> {
  const located = locateExport(options);
  requireDestination(located, name);
  const { data } = located.task;
  const done = await writeData(located.located, ({ reader, append }) => {
    const size = reader.size();
    const { from } = options;
    const recordGap = async (first: number, to: number): Promise<void> => {
      const gap = { destination: name, status: 'skipped', from: first, to, lagMs: 0 } as const;
      await append({ kind: 'export', export: gap }, {});
    };
    const next = from === 'start' ? 0 : from === 'now' ? size : from;
    return resetCursor(data, name, { reader, next, recordGap });
  });
  const before = done.before === undefined ? 'no entry that could be used' : `entry ${done.before}`;
  print(`${visible(name)} goes on at entry ${done.next}; it stood at ${before}`);
  return EXIT_OK;
}
