/** What this machine can confine, found by trying: a sandbox is started and attempts what it must refuse. */
import { sandboxDrivers, type DriverReport, type Trial } from '@writ/core/sandbox';
import type { Finding } from './doctor-record.ts';

/** What became of each driver. */
export interface SandboxFinding extends Finding {
  /** Every forbidden effect that was attempted. */
  readonly trials: readonly Trial[];
}

/** Tries every driver. */
export async function sandboxFindings(): Promise<readonly SandboxFinding[]> {
  const drivers = sandboxDrivers();
  try {
    const reports = await Promise.all(drivers.map((driver) => driver.probe()));
    return reports.map((report) => ({
      check: `sandbox ${report.driver}`,
      status: statusOf(report),
      detail: detailOf(report),
      trials: report.trials,
    }));
  } finally {
    await Promise.all(drivers.map((driver) => driver.close()));
  }
}

/** What confines is well; what lets something through is a failure; what is not there is told. */
function statusOf({ status, trials }: DriverReport): Finding['status'] {
  if (status === 'ready') return 'ok';
  return trials.some(({ isRefused }) => !isRefused) ? 'fail' : 'warn';
}

function detailOf({ status, detail, trials }: DriverReport): string {
  if (status !== 'ready') return `${status}: ${detail}`;
  const shown = trials.find(({ effect }) => effect === 'read a file outside') ?? trials[0];
  return shown === undefined ? detail : `${detail} (${shown.effect}: ${shown.answer})`;
}
