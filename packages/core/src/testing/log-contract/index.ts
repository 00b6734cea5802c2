/** What every log must do, wherever it is kept: one list of cases that each implementation runs. */
import { CONDITIONS_CONTRACT } from './conditions-contract.ts';
import { ENTRIES_CONTRACT } from './entries-contract.ts';
import { HOLDS_CONTRACT } from './holds-contract.ts';
import type { LogCase } from './log-case.ts';
import { PEOPLE_CONTRACT } from './people-contract.ts';
import { STATE_CONTRACT } from './state-contract.ts';

export { committed, type LogCase } from './log-case.ts';

/** The contract. Each case closes nothing; whoever runs it does. */
export const LOG_CONTRACT: readonly LogCase[] = [
  ...ENTRIES_CONTRACT,
  ...CONDITIONS_CONTRACT,
  ...HOLDS_CONTRACT,
  ...STATE_CONTRACT,
  ...PEOPLE_CONTRACT,
];
