/** `writ consent notified`. */
import { Fault, noticeDraft } from '@writ/core';
import { locate, writeData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, visible } from '../../terminal/index.ts';
import { type ChangeOptions, requireTexts } from './change.ts';
import { registerOf } from './register-of.ts';

/** Channel of what an operator says was shown. */
const CHANNEL = 'operator';

/** Records that the person was shown the present version of the notice of `purpose`. */
export async function notified(purpose: string, options: ChangeOptions): Promise<number> {
  requireTexts(options);
  const { subject, evidence } = options;
  const located = locate(options);
  const register = registerOf(located);
  const notice = register.notice(register.purpose(purpose)?.notice ?? '');
  if (notice === undefined)
    throw new Fault(
      'config.invalid',
      `purpose \`${purpose.slice(0, 64)}\` is not registered, or demands no notice`,
      {
        path: 'purposes',
        hint: register.purposes.flatMap((one) => (one.notice === undefined ? [] : [one.id])).join(', '),
      },
    );
  const shown = { notice, subject, channel: CHANNEL, ...(evidence === undefined ? {} : { evidence }) };
  const result = await writeData(located, ({ state, append }) => {
    const { detail, ...rest } = noticeDraft(shown, state);
    return append(detail, rest);
  });
  if (result.status === 'refused')
    throw new Fault(
      'log.conflict',
      `notice \`${notice.id}\` in version ${notice.version} is recorded as shown already`,
    );
  const { id, version } = notice;
  if (options.json === true) printJson({ notice: id, version, subject, receipt: result.receipt });
  else print(`${visible(subject)} was shown ${id} in version ${version}, receipt ${result.receipt}`);
  return EXIT_OK;
}
