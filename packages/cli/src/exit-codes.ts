/** How `writ` ends, for scripts. `writ --help` prints the same. */
import { type FaultCode, isFault } from '@writ/core';

/** Done. `decide` ends so whatever the verdict. */
export const EXIT_OK = 0;
/** It ran, and the answer is no: verification failed, the canary got through, the hold was final. */
export const EXIT_NEGATIVE = 1;
/** Arguments, configuration, policy, request or key are not usable; nothing was started or changed. */
export const EXIT_BAD_INPUT = 2;
/** `run`: the command was not run, because Writ refused or could not; any other code of `run` is the command's own. */
export const EXIT_NOT_RUN = 125;
/** No Node that can run it (EX_UNAVAILABLE); the launcher's own. */
export const EXIT_NO_NODE = 69;
/** A defect of Writ (EX_SOFTWARE). */
export const EXIT_INTERNAL = 70;
/** The data folder or a server cannot be used now (EX_IOERR). */
export const EXIT_IO = 74;

/** The table of {@link exitCodeOf} for `--help`. */
export const EXIT_CODES_HELP: string = `Exit codes:
  ${EXIT_OK}   done (decide: whatever the verdict)
  ${EXIT_NEGATIVE}   it ran, and the answer is no
  ${EXIT_BAD_INPUT}   arguments, configuration, policy, request or key are not usable
  ${EXIT_NO_NODE}  no Node 24 or later
  ${EXIT_INTERNAL}  a defect of Writ
  ${EXIT_IO}  the data folder or a server cannot be used
  ${EXIT_NOT_RUN} run: the command was not run; any other code of run is the command’s own`;

const NEGATIVE: ReadonlySet<FaultCode> = new Set([
  'approval.expired',
  'approval.final',
  'approval.not-entitled',
  'case.refused',
  'plane.refused',
]);
const IO_AREAS: ReadonlySet<string> = new Set(['log', 'io', 'upstream', 'tile', 'export']);

/** The exit code for anything thrown. */
export function exitCodeOf(thrown: unknown): number {
  if (!isFault(thrown)) return EXIT_INTERNAL;
  if (NEGATIVE.has(thrown.code)) return EXIT_NEGATIVE;
  if (thrown.code === 'plane.unavailable') return EXIT_IO;
  const area = thrown.code.slice(0, thrown.code.indexOf('.'));
  return IO_AREAS.has(area) ? EXIT_IO : EXIT_BAD_INPUT;
}
