/** `writ approvals list --plane` and `show --plane`. */
import { EXIT_OK } from '../../exit-codes.ts';
import { atPlane, type ChosenFlags } from '../../plane/index.ts';
import { print, printJson } from '../../terminal/index.ts';
import { digestOfShown, tellApproval, tellList, toldApproval } from './plane-shown.ts';

interface LookOptions extends ChosenFlags {
  readonly all?: boolean;
  readonly mine?: boolean;
  readonly json?: boolean;
}

const MOST = 10_000;

/** What waits for anybody, for you alone, or also what waited. */
export async function listAtPlane(options: LookOptions): Promise<number> {
  const approvals = await atPlane(options, async (plane) => {
    const waiting = await plane.list(`/v1/approvals?view=${options.mine === true ? 'mine' : 'all'}`, MOST);
    return options.all === true
      ? [...waiting, ...(await plane.list('/v1/approvals?view=history', MOST))]
      : waiting;
  });
  if (options.json === true) printJson({ approvals });
  else tellList(approvals);
  return EXIT_OK;
}

/** One, exactly as it is told, and whether that is what an approval would allow. */
export async function showAtPlane(reference: string, options: LookOptions): Promise<number> {
  const told = await atPlane(options, (plane) => toldApproval(plane, reference));
  const checked = digestOfShown(told);
  if (options.json === true) printJson({ ...told.all, checked });
  else {
    tellApproval(told, print);
    print(SAID[checked]);
  }
  return EXIT_OK;
}

const SAID: Readonly<Record<ReturnType<typeof digestOfShown>, string>> = {
  same: 'What is shown is exactly what an approval would allow: its digest was computed here.',
  other: 'WHAT IS SHOWN IS NOT WHAT AN APPROVAL WOULD ALLOW. Do not approve it.',
  unknown: 'Not everything is shown, so that nobody can check here that an approval would allow just this.',
};
