// Measures detectors against the labelled corpora: recall and false positives per source, never one pooled figure alone.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Detector, Finding } from '@writ/core';

/** Development half of the labelled corpora, beside the project; a clone alone has none. */
const CORPORA = join(import.meta.dirname, '..', '..', 'shared', 'corpora', 'detection');

/** One figure. */
export interface Measured {
  readonly detector: string;
  readonly corpus: 'secrets' | 'personal-data' | 'benign';
  readonly source: string;
  /** Finding kind, or `any` of the detector's. */
  readonly kind: string;
  /** Labelled items found over all labelled items; absent where there are none. */
  readonly recall?: number;
  readonly labelled: number;
  /** Rows without such a label that are reported all the same; absent where every row has one. */
  readonly falsePositiveRate?: number;
  readonly clean: number;
  /** Ids of missed and of wrongly reported rows, for reading; not printed. */
  readonly missed: readonly string[];
  readonly wrong: readonly string[];
}

interface Row {
  readonly id: string;
  readonly text: string;
  readonly source: string;
  readonly label: string;
  readonly spans?: readonly { readonly type: string; readonly start: number; readonly end: number }[];
}

/** Kinds of ours for the types that the corpus labels; types that no detector claims are left out. */
const KIND_OF_TYPE: Readonly<Record<string, string>> = {
  CREDIT_CARD: 'payment-card',
  EMAIL_ADDRESS: 'email',
  IBAN_CODE: 'iban',
  IP_ADDRESS: 'ip-address',
  PHONE_NUMBER: 'phone',
  US_SSN: 'ssn',
  US_ITIN: 'ssn',
  US_PASSPORT: 'passport',
  DE_PASSPORT: 'passport',
  US_DRIVER_LICENSE: 'driving-licence',
  UK_DRIVING_LICENCE: 'driving-licence',
  UK_NINO: 'national-id',
  DE_TAX_ID: 'national-id',
  DE_ID_CARD: 'national-id',
};

/** Whether the corpora are there. */
export function hasCorpora(): boolean {
  return existsSync(CORPORA);
}

/** All figures of `detectors`, in a stable order. */
export function measure(detectors: readonly Detector[]): readonly Measured[] {
  const secrets = detectors.filter((detector) => detector.id === 'secrets');
  const personal = detectors.filter((detector) => detector.id === 'personal-data' || detector.id === 'phone');
  return [
    ...secrets.flatMap((detector) => measureSecrets(detector)),
    ...personal.flatMap((detector) => measurePersonalData(detector)),
    ...detectors.flatMap((detector) => measureBenign(detector)),
  ];
}

function measureSecrets(detector: Detector): readonly Measured[] {
  const tally = new Tally(detector, 'secrets');
  for (const row of rowsOf('secrets')) {
    const isFound = find(detector, row.text, 'result').some(({ kind }) => kind === 'secret');
    if (row.label === 'secret') tally.labelled(row, 'secret', isFound);
    else tally.clean(row, 'secret', isFound);
  }
  return tally.figures();
}

function measurePersonalData(detector: Detector): readonly Measured[] {
  const tally = new Tally(detector, 'personal-data');
  const kinds = new Set(Object.values(KIND_OF_TYPE).filter((kind) => detector.kinds.includes(kind)));
  for (const row of rowsOf('pii')) {
    const findings = find(detector, row.text, 'result');
    const labelled = new Set<string>();
    for (const span of row.spans ?? []) {
      const kind = KIND_OF_TYPE[span.type];
      if (kind === undefined || !kinds.has(kind)) continue;
      labelled.add(kind);
      tally.labelled(
        row,
        kind,
        findings.some((finding) => finding.kind === kind && covers(finding, span)),
      );
    }
    // A row labelled as personal data without spans says of none of its kinds that it is clean.
    if (row.label === 'pii' && (row.spans ?? []).length === 0) continue;
    for (const kind of kinds) {
      if (!labelled.has(kind))
        tally.clean(
          row,
          kind,
          findings.some((finding) => finding.kind === kind),
        );
    }
  }
  return tally.figures();
}

function measureBenign(detector: Detector): readonly Measured[] {
  const tally = new Tally(detector, 'benign');
  for (const row of rowsOf('benign')) {
    const findings = find(detector, row.text, 'arguments');
    tally.clean(
      row,
      'any',
      findings.some(({ severity }) => severity !== 'info'),
    );
    for (const kind of detector.kinds) {
      if (kind !== 'oversize')
        tally.clean(
          row,
          kind,
          findings.some((each) => each.kind === kind && each.severity !== 'info'),
        );
    }
  }
  return tally.figures();
}

/** At least four fifths of the labelled span. */
function covers(finding: Finding, span: { readonly start: number; readonly end: number }): boolean {
  const shared = Math.min(finding.span.end, span.end) - Math.max(finding.span.start, span.start);
  return shared >= 0.8 * (span.end - span.start);
}

function find(detector: Detector, text: string, direction: 'arguments' | 'result'): readonly Finding[] {
  return detector.detect({ value: text, direction, target: 'bench/text' });
}

function rowsOf(name: 'secrets' | 'pii' | 'benign'): readonly Row[] {
  return readFileSync(join(CORPORA, `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

interface Counts {
  labelled: number;
  clean: number;
  readonly missed: string[];
  readonly wrong: string[];
}

class Tally {
  readonly #detector: string;
  readonly #corpus: Measured['corpus'];
  readonly #counts = new Map<string, Counts>();

  constructor(detector: Detector, corpus: Measured['corpus']) {
    this.#detector = detector.id;
    this.#corpus = corpus;
  }

  labelled(row: Row, kind: string, isFound: boolean): void {
    const counts = this.#of(row, kind);
    counts.labelled += 1;
    if (!isFound) counts.missed.push(row.id);
  }

  clean(row: Row, kind: string, isReported: boolean): void {
    const counts = this.#of(row, kind);
    counts.clean += 1;
    if (isReported) counts.wrong.push(row.id);
  }

  figures(): readonly Measured[] {
    return [...this.#counts]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, { labelled, clean, missed, wrong }]) => {
        const [kind = '', source = ''] = name.split(' ');
        return {
          detector: this.#detector,
          corpus: this.#corpus,
          source,
          kind,
          ...(labelled === 0 ? {} : { recall: 1 - missed.length / labelled }),
          labelled,
          ...(clean === 0 ? {} : { falsePositiveRate: wrong.length / clean }),
          clean,
          missed,
          wrong,
        };
      });
  }

  #of({ source }: Row, kind: string): Counts {
    const name = `${kind} ${source}`;
    let counts = this.#counts.get(name);
    if (counts === undefined) {
      counts = { labelled: 0, clean: 0, missed: [], wrong: [] };
      this.#counts.set(name, counts);
    }
    return counts;
  }
}
