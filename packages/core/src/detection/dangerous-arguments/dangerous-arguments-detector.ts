/** The `dangerous-arguments` detector: command, SQL and path injection in what an agent sends to a tool. */
import type { Detector } from '../../model/index.ts';
import { createTextDetector, type Recognised, type ScanBounds, type ScannedText } from '../text/index.ts';
import { findPathTraversal } from './path-traversal.ts';
import { findShellInjection } from './shell-injection.ts';
import { findSqlInjection } from './sql-injection.ts';

/** Kinds it reports. */
const KINDS: readonly string[] = ['shell-injection', 'sql-injection', 'path-traversal'];

/**
 * Finds shapes of injection in arguments; it looks at text alone and does not know what a tool does with it.
 * A tool that takes commands or SQL by design needs a policy on the parsed command, not this.
 */
export function createDangerousArgumentsDetector(options: { readonly bounds?: ScanBounds } = {}): Detector {
  return createTextDetector({
    id: 'dangerous-arguments',
    version: '1',
    kinds: KINDS,
    direction: 'arguments',
    inspect,
    ...options,
  });
}

function inspect(text: ScannedText, report: (recognised: Recognised) => void): void {
  findShellInjection(text, report);
  findSqlInjection(text, report);
  findPathTraversal(text, report);
}
