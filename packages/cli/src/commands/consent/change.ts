/** `writ consent give` and `writ consent withdraw`. */
import { consentDraft, Fault } from '@writ/core';
import { locate, type LocateOptions, writeData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, visible } from '../../terminal/index.ts';
import { registerOf } from './register-of.ts';

/** What is said of one person. */
export interface ChangeOptions extends LocateOptions {
  readonly subject: string;
  readonly evidence?: string;
}

/** Longest id of a person, in UTF-16 units (model). */
const MAX_SUBJECT = 256;
/** Longest evidence, in UTF-16 units. */
const MAX_EVIDENCE = 4_096;

/** The command that records `action`. */
export function change(
  action: 'give' | 'withdraw',
): (purpose: string, options: ChangeOptions) => Promise<number> {
  return async (purpose, options) => {
    const { subject, evidence } = options;
    requireTexts(options);
    const located = locate(options);
    const register = registerOf(located);
    const result = await writeData(located, ({ state, append }) => {
      const asked = { action, purpose, subject, ...(evidence === undefined ? {} : { evidence }) };
      const { detail, ...rest } = consentDraft(register, asked, state);
      return append(detail, rest);
    });
    if (result.status === 'refused')
      throw new Fault('log.conflict', `it was not recorded (${result.refusal})`, {
        hint: 'somebody changed it at the same time; look at it with `writ consent show`',
      });
    if (options.json === true) printJson({ action, purpose, subject, receipt: result.receipt });
    else
      print(
        `${visible(subject)} ${action === 'give' ? 'agrees to' : 'takes back'} ${visible(purpose)}, receipt ${result.receipt}`,
      );
    return EXIT_OK;
  };
}

/** Throws `cli.usage` for words that no entry can hold. */
export function requireTexts({ subject, evidence }: Pick<ChangeOptions, 'subject' | 'evidence'>): void {
  requireText('--subject', subject, MAX_SUBJECT);
  if (evidence !== undefined) requireText('--evidence', evidence, MAX_EVIDENCE);
}

function requireText(option: string, text: string, most: number): void {
  if (text.trim() !== '' && text.length <= most && text.isWellFormed()) return;
  throw new Fault('cli.usage', `\`${option}\` is no text of 1 to ${most} characters`, {
    hint: 'write it out',
  });
}
