/** A control plane in the place of a data folder: only where somebody says so. */
import { Fault } from '@writ/core';
import type { Plane } from './client.ts';
import { whichPlane } from './which-plane.ts';

/** Flags of a command that works here, or, where that is said, at a control plane. */
export interface ChosenFlags {
  /** `true` of `--plane` alone. */
  readonly plane?: string | true;
  readonly data?: string;
  readonly config?: string;
}

/** The option of such commands. */
export const CHOOSE_PLANE = '--plane [url]' as const;
/** What it does. */
export const CHOOSE_PLANE_HELP =
  'at a control plane instead of here: this one, or, without an address, the one you signed in to last';

/** Whether it is for a control plane. INVARIANT: nothing but `--plane` itself makes it so. Throws `cli.usage` where a place here is named as well. */
export function isForPlane({ plane, data, config }: ChosenFlags): boolean {
  if (plane === undefined) return false;
  if (data !== undefined || config !== undefined)
    throw new Fault(
      'cli.usage',
      '`--plane` is for a control plane, `--data` and `--config` for what lies here',
      {
        hint: 'name one of them',
      },
    );
  return true;
}

/** Calls `use` with the control plane that was chosen, and closes it. */
export async function atPlane<Result>(
  { plane }: Pick<ChosenFlags, 'plane'>,
  use: (plane: Plane) => Promise<Result>,
): Promise<Result> {
  const chosen = whichPlane(plane === undefined || plane === true ? {} : { plane });
  try {
    return await use(chosen);
  } finally {
    chosen.close();
  }
}
