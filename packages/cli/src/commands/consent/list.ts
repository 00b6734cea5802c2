/** `writ consent list` and `writ consent show`. */
import { isJsonObject, type PurposeRegister, purposeStandingFor, type StateRecord } from '@writ/core';
import { locate, type LocateOptions, readData, type ReadData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { instant, print, printJson, printTable, visible } from '../../terminal/index.ts';
import { registerOf } from './register-of.ts';

/** `TAG.consent.PURPOSE`; restrictions stand in the same collection. */
const CONSENT_KEY = /^([0-9a-f]+)\.consent\.(.+)$/;
/** Digits of a tag that are printed: enough to tell people apart, by eye. */
const SHOWN_TAG = 12;

interface Consent {
  readonly tag: string;
  readonly purpose: string;
  /** `outdated`: the purpose reads otherwise by now, or is gone. */
  readonly state: 'given' | 'outdated' | 'withdrawn';
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly index: number;
}

/** Prints all consents. */
export async function list(options: LocateOptions): Promise<number> {
  const located = locate(options);
  const register = registerOf(located);
  const consents = await readData(located.data, (opened) =>
    opened.state.records('consents').flatMap((record) => consentOf(record, register, opened) ?? []),
  );
  if (options.json === true) {
    printJson({ consents: consents.map(({ since, ...one }) => ({ ...one, since: instant(since) })) });
    return EXIT_OK;
  }
  if (consents.length === 0) print('nobody has agreed to anything');
  printTable(
    consents.map(({ tag, purpose, state, since }) => [
      tag.slice(0, SHOWN_TAG),
      purpose,
      state,
      instant(since),
    ]),
  );
  return EXIT_OK;
}

function consentOf(
  { key, value, index }: StateRecord,
  register: PurposeRegister,
  { reader }: ReadData,
): Consent | undefined {
  const [, tag, id] = CONSENT_KEY.exec(key) ?? [];
  if (tag === undefined || id === undefined) return undefined;
  const purpose = register.purpose(id);
  const { state, terms } = isJsonObject(value) ? value : {};
  const isAsItWas = purpose !== undefined && terms === register.terms(purpose);
  const shown = state !== 'given' ? 'withdrawn' : isAsItWas ? 'given' : 'outdated';
  return { tag, purpose: id, state: shown, since: reader.entry(index).entry.time, index };
}

/** Prints what stands of every purpose for one person. */
export async function show(options: LocateOptions & { readonly subject: string }): Promise<number> {
  const located = locate(options);
  const register = registerOf(located);
  const { subject } = options;
  const purposes = await readData(located.data, ({ state }) =>
    register.purposes.map((purpose) => ({
      purpose: purpose.id,
      basis: purpose.basis,
      status:
        purpose.subject === 'none'
          ? 'in_force'
          : purposeStandingFor(register, purpose, subject, state).status,
    })),
  );
  if (options.json === true) printJson({ subject, register: register.hash, purposes });
  else printTable(purposes.map(({ purpose, basis, status }) => [visible(purpose), basis, status]));
  return EXIT_OK;
}
