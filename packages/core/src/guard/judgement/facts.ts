/** Step 5 of the line: what detectors and state say about an action. Bounded; a failed check is named, never silent. */
import { describeFault, type JsonValue } from '../../kernel/index.ts';
import type { Check, DetectorInput, Finding, StateReader } from '../../model/index.ts';
import { findingNames } from '../../detection/index.ts';
import type { Facts } from './trip.ts';
import type { ConfiguredDetector } from '../types.ts';

/** Most findings that are kept of one value; more are one finding of kind `oversize` by the detector itself. */
const MAX_FINDINGS = 4096;

/** What the detectors say of one value. */
export type Found = Pick<Facts, 'findings' | 'checks' | 'factsMissing' | 'failure'>;

/** Runs every configured detector over `input` and reads the session's labels. */
export function gatherFacts(
  detectors: readonly ConfiguredDetector[],
  input: DetectorInput,
  session: string,
  state: StateReader,
): Facts {
  const found = findIn(detectors, input);
  const { labels, version } = state.labels(session);
  return { ...found, findingNames: findingNames(found.findings), labels, labelsVersion: version };
}

/** Runs every configured detector over `input`. */
export function findIn(detectors: readonly ConfiguredDetector[], input: DetectorInput): Found {
  const checks: Check[] = [];
  const findings: Finding[] = [];
  const factsMissing: string[] = [];
  let failure: Facts['failure'];
  for (const { detector, mode } of detectors) {
    const check = { id: detector.id, version: detector.version, mode };
    try {
      const found = detector.detect(input);
      if (findings.length + found.length > MAX_FINDINGS) failure ??= tooMany(detector.id);
      else findings.push(...found);
      checks.push({ ...check, status: 'ran' });
    } catch (thrown) {
      checks.push({ ...check, status: 'failed', reason: 'detector.failed' });
      if (mode === 'observe') factsMissing.push(detector.id);
      else
        failure ??= {
          code: 'detector.failed',
          reason: `check \`${detector.id}\` failed: ${describeFault(thrown)}`,
        };
    }
  }
  return {
    findings,
    checks,
    factsMissing: factsMissing.sort(),
    ...(failure === undefined ? {} : { failure }),
  };
}

/** What a detector is given for arguments or a result. */
export function detectorInput(
  value: JsonValue,
  direction: DetectorInput['direction'],
  target: string,
): DetectorInput {
  return { value, direction, target };
}

function tooMany(id: string): NonNullable<Facts['failure']> {
  return { code: 'bound.exceeded', reason: `check \`${id}\` reported more than ${MAX_FINDINGS} findings` };
}
