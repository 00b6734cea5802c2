/** The person who answers. */
import { runWrit } from './run-writ.ts';
import type { World } from './world.ts';

/** Olga, in a process of her own with a key that the agent cannot open. */
export async function answerHold(
  here: World,
  answer: 'approve' | 'deny',
  isAsked: Promise<void>,
): Promise<void> {
  await isAsked;
  const listed = await runWrit(here, ['approvals', 'list', '--config', here.config, '--json']);
  const { approvals } = JSON.parse(listed.stdout) as { approvals: { reference: string; status: string }[] };
  const waiting = approvals.findLast(({ status }) => status === 'waiting');
  if (waiting === undefined) throw new Error(`nothing waits: ${listed.stdout}${listed.stderr}`);
  const key = ['--key', here.approverKey, '--passphrase-file', here.passphraseFile];
  const end = await runWrit(here, ['approvals', answer, waiting.reference, ...key, '--config', here.config]);
  if (end.code !== 0) throw new Error(`writ approvals ${answer} failed: ${end.stderr}`);
}
