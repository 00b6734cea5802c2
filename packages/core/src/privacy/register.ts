/** The purpose register: what personal data may be used for. Addressed by its content. */
import { asJson, canonicalJson, Fault } from '../kernel/index.ts';
import { sha256Hex } from '../kernel/crypto/index.ts';
import type { Notice, Purpose, RegisterContents } from './purpose.ts';
import { registerProblem } from './register-problem.ts';

/** A register that was checked. */
export interface PurposeRegister extends RegisterContents {
  /** SHA-256 in hexadecimal of its canonical form: a register that says another thing is another register. */
  readonly hash: string;
  purpose(id: string): Purpose | undefined;
  notice(id: string): Notice | undefined;
  /**
   * SHA-256 in hexadecimal of what a person consents to: the purpose by its id, with the classes of data, the legal basis, whose data it is and the recipients.
   * Where one of these changes, consent that was given before is no consent any more; where a sentence or a period does, it stays.
   */
  terms(purpose: Purpose): string;
}

/** The register of `contents`. Throws `config.invalid` with `path` and `hint` for what contradicts itself. */
export function createRegister(contents: RegisterContents): PurposeRegister {
  const problem = registerProblem(contents);
  if (problem !== undefined)
    throw new Fault('config.invalid', `${problem.problem} in \`${problem.path}\``, {
      path: problem.path,
      hint: problem.hint,
    });
  const purposes = new Map(contents.purposes.map((purpose) => [purpose.id, purpose]));
  const notices = new Map(contents.notices.map((notice) => [notice.id, notice]));
  const terms = new Map(contents.purposes.map((purpose) => [purpose.id, termsOf(purpose)]));
  return {
    ...contents,
    hash: sha256Hex(canonicalJson(['writ/register/v1', canonicalContents(contents)])),
    purpose: (id) => purposes.get(id),
    notice: (id) => notices.get(id),
    terms: (purpose) => terms.get(purpose.id) ?? termsOf(purpose),
  };
}

/** SHA-256 in hexadecimal of what a notice says in all its languages. */
export function noticeHash({ texts }: Notice): string {
  return sha256Hex(canonicalJson(['writ/notice/v1', texts]));
}

/** The text of `notice` in the first of `languages` that it has, else in English, else in the first by name. */
export function noticeText(
  notice: Notice,
  languages: readonly string[] = [],
): { readonly language: string; readonly text: string } {
  const all = Object.keys(notice.texts).sort();
  const language = [...languages, 'en'].find((one) => all.includes(one)) ?? all[0] ?? 'en';
  return { language, text: notice.texts[language] ?? '' };
}

function termsOf({ id, data, basis, subject, recipients }: Purpose): string {
  return sha256Hex(
    canonicalJson(['writ/purpose-terms/v1', id, sorted(data), basis, subject, sorted(recipients)]),
  );
}

/** What order says nothing in has none. */
function canonicalContents({ purposes, notices }: RegisterContents) {
  return asJson({
    purposes: Object.fromEntries(
      purposes.map(({ data, recipients, notice, minimise, ...purpose }) => [
        purpose.id,
        {
          ...purpose,
          data: sorted(data),
          recipients: sorted(recipients),
          ...(notice === undefined ? {} : { notice }),
          ...(minimise === undefined
            ? {}
            : {
                minimise: Object.fromEntries(
                  Object.entries(minimise).map(([tool, fields]) => [
                    tool,
                    fields === 'everything' ? fields : sorted(fields),
                  ]),
                ),
              }),
        },
      ]),
    ),
    notices: Object.fromEntries(
      notices.map(({ id, version, texts }) => [id, { version, texts: { ...texts } }]),
    ),
  });
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
