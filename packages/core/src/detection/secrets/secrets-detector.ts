/** The `secrets` detector: issued tokens by their format, private keys, credentials in URLs, and values that their name gives away. */
import type { Detector } from '../../model/index.ts';
import {
  createTextDetector,
  findJwts,
  type Recognised,
  type ScanBounds,
  type ScannedText,
} from '../text/index.ts';
import { findAssignments, findNamedValue } from './assignments.ts';
import { findCredentialsInUrls } from './credentials-in-urls.ts';
import { findSpokenSecrets } from './spoken-secrets.ts';
import { findIssuedTokens, findMarkedTokens, findPrivateKeys } from './tokens/index.ts';

/**
 * Finds secrets; kind `secret`, detail the finer kind (`github-token`, `private-key`, `password`, …).
 *
 * It knows published formats and names. It does not find a secret that has neither a known form nor a telling name beside it,
 * nor one split over several strings. Placeholders (`xxxx`, `<token>`, `${TOKEN}`) and documentation's example keys are not reported.
 */
export function createSecretsDetector(options: { readonly bounds?: ScanBounds } = {}): Detector {
  return createTextDetector({ id: 'secrets', version: '1', kinds: ['secret'], inspect, ...options });
}

function inspect(text: ScannedText, report: (recognised: Recognised) => void): void {
  findIssuedTokens(text, report);
  findMarkedTokens(text, report);
  findPrivateKeys(text, report);
  findCredentialsInUrls(text, report);
  findNamedValue(text, report);
  findAssignments(text, report);
  findSpokenSecrets(text, report);
  for (const { start, end } of findJwts(text.text)) {
    report({ kind: 'secret', detail: 'jwt', severity: 'high', confidence: 0.9, start, end });
  }
}
