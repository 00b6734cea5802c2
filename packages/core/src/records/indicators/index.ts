/** Privacy indicators. */
export {
  type CaseIndicators,
  caseIndicators,
  type PrivacyActivity,
  privacyActivity,
  type PrivacyIndicators,
  privacyIndicators,
} from './privacy-indicators.ts';
