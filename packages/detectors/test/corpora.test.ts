import { defaultDetectors } from '@writ/core';
import { describe, expect, test } from 'vitest';

import { hasCorpora, measure, type Measured } from '../../../bench/detection-corpora.ts';
import { phoneDetector } from '../src/index.ts';

/** What a clone alone cannot measure must not pass for measured where the corpora belong. */
if (!hasCorpora()) {
  if (process.env['WRIT_REQUIRE_CORPORA'] === '1') throw new Error('detection corpora not present');
  console.warn('detection corpora not present: recall and false positives not checked');
}

/** Least recall per source, somewhat below what was measured (docs/performance.md). */
const LEAST_RECALL: Readonly<Record<string, number>> = {
  // Half of this source's secrets are placeholders (`AKCxxxxxxxxxx`), which are not reported.
  'secrets/secret/detect-secrets': 0.5,
  'secrets/secret/gitleaks': 0.88,
  'secrets/secret/gitleaks-generated': 0.95,
  'secrets/secret/secretlint': 0.75,
  'personal-data/email/presidio-research': 0.95,
  'personal-data/email/presidio-research-large': 0.95,
  'personal-data/iban/presidio-recognizer-tests': 0.95,
  'personal-data/iban/presidio-research': 0.95,
  'personal-data/iban/presidio-research-large': 0.95,
  'personal-data/payment-card/presidio-research': 0.93,
  'personal-data/payment-card/presidio-research-large': 0.95,
  'personal-data/ssn/presidio-research': 0.9,
  'personal-data/ssn/presidio-research-large': 0.95,
  'personal-data/ip-address/presidio-recognizer-tests': 0.8,
  'personal-data/driving-licence/presidio-recognizer-tests': 0.75,
  'phone/phone/presidio-research': 0.9,
  'phone/phone/presidio-research-large': 0.9,
};

/** Most rows without such a label that may be reported, per corpus and source; `secrets` rows are made to look like secrets. */
const MOST_FALSE_POSITIVES: Readonly<Record<string, number>> = {
  'secrets/secrets/detect-secrets': 0.12,
  'secrets/secrets/gitleaks': 0.18,
  'secrets/secrets/secretlint': 0.3,
  'secrets/secrets/synthetic-negatives': 0,
  'secrets/secrets/oss-negatives': 0,
  // Tool outputs of this source do hold passwords and links with tokens.
  'secrets/benign/agentdyn': 0.12,
  'secrets/benign/agentdojo': 0.03,
  'secrets/benign/*': 0.01,
  'personal-data/personal-data/*': 0.015,
  'phone/personal-data/*': 0.02,
  'dangerous-arguments/benign/code': 0.03,
  'dangerous-arguments/benign/*': 0.015,
};

describe.runIf(hasCorpora())('on the labelled corpora', () => {
  const figures: readonly Measured[] = hasCorpora() ? measure([...defaultDetectors(), phoneDetector]) : [];

  test.each(Object.entries(LEAST_RECALL))('%s is found at a rate of at least %d', (name, least) => {
    const figure = figures.find(
      ({ detector, kind, source, recall }) =>
        recall !== undefined && `${detector}/${kind}/${source}` === name,
    );
    expect(figure?.recall).toBeGreaterThanOrEqual(least);
  });

  test.each(
    figures
      .filter(({ falsePositiveRate }) => falsePositiveRate !== undefined)
      .map((figure) => [`${figure.detector}/${figure.corpus}`, figure.source, figure.kind, figure] as const)
      .filter(
        ([where, source]) =>
          `${where}/${source}` in MOST_FALSE_POSITIVES || `${where}/*` in MOST_FALSE_POSITIVES,
      ),
  )('%s: %s is not taken for %s too often', (where, source, _kind, figure) => {
    const most = MOST_FALSE_POSITIVES[`${where}/${source}`] ?? MOST_FALSE_POSITIVES[`${where}/*`];
    expect(figure.falsePositiveRate).toBeLessThanOrEqual(most as number);
  });
});
