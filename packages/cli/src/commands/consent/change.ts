/** `writ consent give` and `writ consent withdraw`. */
import { consentDraft, consentKey, Fault, isJsonObject, type StateReader } from '@writ/core';
import { locate, type LocateOptions, writeData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, remark, visible } from '../../terminal/index.ts';
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
    const result = await writeData(located, async ({ state, append }) => {
      const isGiven = stands(state, subject, purpose);
      // A purpose that is gone from the register is taken back; a word that nobody ever agreed to is a slip, which would leave what was meant in force.
      if (action === 'withdraw' && !isGiven && register.purpose(purpose) === undefined)
        throw new Fault(
          'config.invalid',
          `purpose \`${purpose.slice(0, 64)}\` is not registered, and nobody of that name agreed to it`,
          { path: 'purposes', hint: `the register has ${register.purposes.map(({ id }) => id).join(', ')}` },
        );
      const asked = { action, purpose, subject, ...(evidence === undefined ? {} : { evidence }) };
      const { detail, ...rest } = consentDraft(register, asked, state);
      return { ...(await append(detail, rest)), isGiven };
    });
    if (result.status === 'refused')
      throw new Fault('log.conflict', `it was not recorded (${result.refusal})`, {
        hint: 'somebody changed it at the same time; look at it with `writ consent show`',
      });
    const isKnown = action === 'give' || result.isGiven;
    if (options.json === true)
      printJson({ action, purpose, subject, receipt: result.receipt, agreed: result.isGiven });
    else
      print(
        `${visible(subject)} ${action === 'give' ? 'agrees to' : 'takes back'} ${visible(purpose)}, receipt ${result.receipt}`,
      );
    if (!isKnown && options.json !== true)
      remark(
        'there was no consent under that name to take back; it is recorded all the same. Ids are compared letter by letter: `writ consent show --subject ID`',
      );
    return EXIT_OK;
  };
}

/** Whether consent of `subject` to `purpose` stands, given and not taken back. */
function stands(state: Pick<StateReader, 'record' | 'tags'>, subject: string, purpose: string): boolean {
  return state.tags(subject).some((tag) => {
    const value = state.record('consents', consentKey(tag, purpose))?.value;
    return isJsonObject(value) && value['state'] === 'given';
  });
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
