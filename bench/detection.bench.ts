// What detection finds, what it reports wrongly, and what it costs: recall and false positives per source and kind, time per scan.
import { defaultDetectors, type Detector, type DetectorInput, type JsonValue } from '@writ/core';
import { phoneDetector } from '@writ/detectors';

import { hasCorpora, measure } from './detection-corpora.ts';

/** Bytes of the arguments that are scanned. */
const SIZES = [256, 1_024, 16_384, 262_144];
/** Each size is scanned for about this long, in milliseconds. */
const RUN_MS = 1_500;
const MICROSECONDS_PER_MS = 1_000;

const detectors: readonly Detector[] = [...defaultDetectors(), phoneDetector];

if (hasCorpora()) {
  for (const { detector, corpus, source, kind, recall, labelled, falsePositiveRate, clean } of measure(
    detectors,
  )) {
    print({
      name: 'detection/recall',
      params: { detector, corpus, source, kind },
      recall: rounded(recall),
      false_positive_rate: rounded(falsePositiveRate),
      rows: labelled + clean,
    });
  }
} else console.error('corpora not present: recall and false positives not measured');

for (const bytes of SIZES) {
  // Parsed, as arguments are: a string put together from pieces would be flattened within the time measured.
  const value = JSON.parse(JSON.stringify(argumentsOf(bytes))) as JsonValue;
  print({
    name: 'detection/scan',
    params: { bytes, detectors: detectors.length },
    ...timed(() => scan(value)),
  });
}

function scan(value: JsonValue): void {
  const input: DetectorInput = { value, direction: 'arguments', target: 'files/write_file' };
  for (const detector of detectors) detector.detect(input);
}

/** Arguments as an agent sends them: names, short values and running text with figures, addresses and punctuation. */
function argumentsOf(bytes: number): JsonValue {
  const sentence =
    'Please update the quarterly report (see section 4.2): revenue grew 12% to $3,400, and the team agreed on 2026-03-14 to ship version 2.4.1; ' +
    "details are at https://example.com/reports/q1?view=full. It's on the shared drive, next to notes.md - ask Dana & Lee. ";
  const fixed = {
    path: 'reports/2026/q1-summary.md',
    encoding: 'utf-8',
    mode: 'append',
    recipients: ['dana', 'lee'],
    line: 42,
  };
  const length = Math.max(0, bytes - JSON.stringify({ ...fixed, content: '' }).length);
  return { ...fixed, content: sentence.repeat(Math.ceil(length / sentence.length)).slice(0, length) };
}

function timed(run: () => void): { rate: number; p50_us: number; p99_us: number; cpu_us: number } {
  const until = performance.now() + RUN_MS / 3;
  while (performance.now() < until) run();
  const samples: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  while (performance.now() - start < RUN_MS) {
    const before = performance.now();
    run();
    samples.push((performance.now() - before) * MICROSECONDS_PER_MS);
  }
  const elapsedMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  samples.sort((left, right) => left - right);
  return {
    rate: Math.round((samples.length / elapsedMs) * 1_000),
    p50_us: rounded(samples[Math.floor(samples.length * 0.5)]) ?? 0,
    p99_us: rounded(samples[Math.floor(samples.length * 0.99)]) ?? 0,
    cpu_us: rounded((user + system) / samples.length) ?? 0,
  };
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 10_000) / 10_000;
}

function print(line: unknown): void {
  console.log(JSON.stringify(line));
}
