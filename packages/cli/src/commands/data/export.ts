/** `writ data export`: everything that is held about a person, written piece by piece. */
import { createHash } from 'node:crypto';
import { closeSync, rmSync, writeSync } from 'node:fs';
import { Fault, isUlid } from '@writ/core';
import {
  printSubjectCsv,
  printSubjectJson,
  recordSubjectExport,
  subjectExport,
  type SubjectExportItem,
} from '@writ/core/records';
import { createNewFile, locate, type LocateOptions, writeData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { createProgress, printJson, remark, visible, write } from '../../terminal/index.ts';
import { recordsLog } from './erasing.ts';

interface ExportOptions extends LocateOptions {
  readonly subject: readonly string[];
  readonly format: 'json' | 'csv';
  readonly out?: string;
  readonly case?: string;
}

/** Writes the file first and records then that it was handed out, with its hash. What could not be recorded is removed. */
export function exportSubject(options: ExportOptions): Promise<number> {
  const { subject, format, out, case: id } = options;
  if (subject.length === 0) throw new Fault('cli.usage', 'name a person with `--subject`');
  if (id !== undefined && !isUlid(id)) throw new Fault('cli.usage', `\`${id}\` is no id of a case`);
  if (out === undefined && options.json === true)
    throw new Fault('cli.usage', '`--json` tells what was written to the file that `--out` names');
  return writeData(locate(options), async (opened) => {
    const asked = { log: recordsLog(opened), identifiers: subject, former: opened.former() };
    const { header, items } = subjectExport(asked);
    const counted = new Counted(items);
    const pieces = format === 'json' ? printSubjectJson(header, counted) : printSubjectCsv(counted);
    const file = out === undefined ? undefined : createNewFile(out);
    const hash = createHash('sha256');
    try {
      for (const piece of pieces) {
        hash.update(piece);
        if (file === undefined) write(piece);
        else writeSync(file, piece);
      }
      const sha256 = hash.digest('hex');
      const made = { entries: counted.count, hash: sha256, ...(id === undefined ? {} : { id }) };
      const index = await recordSubjectExport(asked, made);
      const receipt = `${opened.keys.origin}#${index}`;
      if (options.json === true) printJson({ out, items: counted.count, sha256, receipt });
      else
        remark(`${counted.count} items${out === undefined ? '' : ` in ${visible(out)}`}, receipt ${receipt}`);
      return EXIT_OK;
    } catch (fault) {
      if (out !== undefined) rmSync(out, { force: true });
      throw fault;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  });
}

/** Counts what goes through. */
class Counted implements Iterable<SubjectExportItem> {
  readonly #items: Iterable<SubjectExportItem>;
  readonly #progress = createProgress('items');
  count = 0;

  constructor(items: Iterable<SubjectExportItem>) {
    this.#items = items;
  }

  *[Symbol.iterator](): Iterator<SubjectExportItem> {
    for (const item of this.#items) {
      this.count += 1;
      this.#progress(this.count);
      yield item;
    }
  }
}
