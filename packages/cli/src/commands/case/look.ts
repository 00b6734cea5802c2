/** Looking at cases: lists, files for other products, and what is due. */
import { systemClock } from '@writ/core';
import {
  breachClocks,
  caseJson,
  casesCsv,
  findCase,
  isOverdue,
  isPending,
  listCases,
  maskName,
  owedOf,
  type StandingCase,
} from '@writ/core/records';
import { locate, type LocateOptions, readData, writeNewFile } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { instant, print, printJson, printTable, remark, styled, visible } from '../../terminal/index.ts';

/** Flags of `list`. */
export interface ListOptions extends LocateOptions {
  readonly all?: boolean;
  readonly overdue?: boolean;
  readonly reveal?: boolean;
}

/** `writ case list`. With `--overdue` it ends with 1 where something is. */
export function list(options: ListOptions): Promise<number> {
  const now = systemClock.now();
  return readData(locate(options).data, ({ state }) => {
    const cases = listCases(state).filter((one) =>
      options.overdue === true ? isOverdue(one, now) : options.all === true || one.status !== 'closed',
    );
    if (options.json === true)
      printJson({
        cases: cases.map((one) => caseJson(one, now, options.reveal === true ? 'named' : 'masked')),
      });
    else if (cases.length === 0) print(options.overdue === true ? 'nothing is overdue' : 'no open case');
    else printTable(cases.map((one) => rowOf(one, now, options.reveal === true)));
    return options.overdue === true && cases.length > 0 ? EXIT_NEGATIVE : EXIT_OK;
  });
}

/** `writ case show`. */
export function show(id: string, options: LocateOptions & { readonly reveal?: boolean }): Promise<number> {
  const now = systemClock.now();
  return readData(locate(options).data, ({ state }) => {
    const one = findCase(state, id);
    const shown = options.reveal === true ? 'named' : 'masked';
    if (options.json === true) {
      printJson(caseJson(one, now, shown));
      return EXIT_OK;
    }
    printTable([rowOf(one, now, options.reveal === true)]);
    for (const { step, at } of one.steps) print(`  ${instant(at)}  ${step}`);
    for (const proof of one.evidence)
      print(`  evidence: ${'receipt' in proof ? `entry ${proof.receipt}` : `SHA-256 ${proof.sha256}`}`);
    for (const { name, acknowledged } of one.recipients)
      print(
        `  recipient: ${visible(name)}, ${acknowledged === undefined ? 'not told yet' : `told ${instant(acknowledged)}`}`,
      );
    if (one.type === 'breach') for (const line of clockLines(one)) print(`  ${line}`);
    const owed = isPending(one) ? owedOf(one) : undefined;
    if (owed !== undefined) print(`  owed: ${owed[0]} (${owed[1]})`);
    return EXIT_OK;
  });
}

/** Flags of `export`. */
export interface ExportOptions extends LocateOptions {
  readonly format: 'json' | 'csv';
  readonly out?: string;
  readonly subject: 'nothing' | 'masked' | 'named';
}

/** `writ case export`: all cases for a product that manages them. */
export function exportCases({ format, out, subject, ...options }: ExportOptions): Promise<number> {
  const now = systemClock.now();
  return readData(locate(options).data, ({ state }) => {
    const cases = listCases(state);
    const text =
      format === 'csv'
        ? casesCsv(cases, now, subject)
        : `${JSON.stringify({ version: 1, cases: cases.map((one) => caseJson(one, now, subject)) }, undefined, 2)}\n`;
    if (out === undefined) print(text.trimEnd());
    else {
      writeNewFile(out, text);
      remark(`${cases.length} cases in ${out}`);
    }
    return EXIT_OK;
  });
}

function rowOf(one: StandingCase, now: number, isRevealed: boolean): readonly string[] {
  const state = one.status === 'closed' ? `closed (${one.outcome ?? ''})` : one.status;
  const due = isPending(one) ? `due ${instant(one.due)}` : '';
  return [
    one.id,
    one.type,
    state,
    isOverdue(one, now) ? styled('red', `${due}, overdue`) : due,
    one.subject.map((name) => visible(isRevealed ? name : maskName(name))).join(' '),
  ];
}

function clockLines(one: StandingCase): readonly string[] {
  return breachClocks(one).map(({ of, due, met }) => {
    const by = due === undefined ? 'without undue delay' : `by ${instant(due)}`;
    return `clock ${of}: ${by}, ${met === undefined ? 'running' : `met ${instant(met)}`}`;
  });
}
