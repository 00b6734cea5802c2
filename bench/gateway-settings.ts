// What a run of the gateway's benches is told by its environment:
//   BENCH_SECONDS    how long each way is measured at the fixed rate; default 30. 3 is a quick run, whose figures say that every row runs and no more
//   BENCH_RATE       calls a second at the fixed rate; default 300
//   BENCH_TRANSPORT, BENCH_BYTES, BENCH_ONLY    one transport (`stdio`, `http-modern`, `http-legacy`), one size, one stage (see stage.ts)
import { type Stage, STAGES } from './stage.ts';

const KIB = 1_024;

/** How the gateway is spoken to. */
export type Transport = 'stdio' | 'http-modern' | 'http-legacy';

/** One row that is measured. */
export interface Row {
  readonly transport: Transport;
  /** Of the arguments, and of the result. */
  readonly bytes: number;
  readonly stage: Stage;
}

/** How long each way is measured, in seconds. */
export const SECONDS: number = positive('BENCH_SECONDS', 30);

/** Calls a second at the fixed rate. */
export const RATE: number = positive('BENCH_RATE', 300);

/** The rows of `transport` that are asked for: every stage at 1 KB, and the whole way at 16 and 256. */
export function rowsOf(transport: Transport): readonly Row[] {
  const rows = [
    ...STAGES.map((stage) => ({ transport, bytes: KIB, stage })),
    { transport, bytes: 16 * KIB, stage: 'all' as const },
    { transport, bytes: 256 * KIB, stage: 'all' as const },
  ];
  return rows.filter(
    ({ bytes, stage }) =>
      isAsked('BENCH_TRANSPORT', transport) &&
      isAsked('BENCH_BYTES', String(bytes)) &&
      isAsked('BENCH_ONLY', stage),
  );
}

function isAsked(variable: string, value: string): boolean {
  const wanted = process.env[variable];
  return wanted === undefined || wanted === value;
}

function positive(variable: string, otherwise: number): number {
  const value = Number(process.env[variable] ?? otherwise);
  if (!(value > 0)) throw new RangeError(`${variable}: a number above 0 is expected`);
  return value;
}
