/** Privacy indicators. */
export {
  type PrivacyActivity,
  privacyActivity,
  type PrivacyIndicators,
  privacyIndicators,
} from './privacy-indicators.ts';
