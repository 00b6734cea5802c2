/** The `personal-data` detector: addresses, accounts, numbers of persons and documents. */
import type { Detector } from '../../model/index.ts';
import { DIGIT } from '../survey/index.ts';
import {
  createTextDetector,
  findJwts,
  type Recognised,
  type ScanBounds,
  type ScannedText,
} from '../text/index.ts';
import { findEmails } from './email.ts';
import { findIbans } from './iban.ts';
import { findIdentityDocuments } from './documents/index.ts';
import { findIpAddresses } from './ip-address/index.ts';
import { keywordsOf } from './keywords.ts';
import { findPaymentCards } from './payment-card.ts';
import { findSocialSecurityNumbers } from './ssn.ts';

/** Kinds it reports. */
const KINDS: readonly string[] = [
  'email',
  'payment-card',
  'iban',
  'ssn',
  'ip-address',
  'jwt',
  'passport',
  'driving-licence',
  'national-id',
];

/**
 * Finds personal data with a form: it does not find names, postal addresses or anything else that only a reader recognises.
 * Phone numbers are in `@writ/detectors`. Numbers without a check digit are reported beside a word that names them only.
 */
export function createPersonalDataDetector(options: { readonly bounds?: ScanBounds } = {}): Detector {
  return createTextDetector({ id: 'personal-data', version: '1', kinds: KINDS, inspect, ...options });
}

function inspect(text: ScannedText, report: (recognised: Recognised) => void): void {
  findEmails(text, report);
  for (const { start, end } of findJwts(text.text)) {
    report({ kind: 'jwt', severity: 'medium', confidence: 0.9, start, end });
  }
  if ((text.survey.classes & DIGIT) === 0) return;
  const keywords = keywordsOf(text);
  findPaymentCards(text, keywords, report);
  findIbans(text, report);
  findSocialSecurityNumbers(text, keywords, report);
  findIpAddresses(text, keywords, report);
  findIdentityDocuments(text, keywords, report);
}
