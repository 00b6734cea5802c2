/** What an operator is told of destinations: once for each new trouble, and once when it is over. */
import type { DestinationState } from '@writ/stream';

/** Takes one line; one that is not called `info` is to be looked at. */
type Report = (line: string, level?: 'info') => void;

/** Answers what is given the states again and again, and tells `report` what is new in them. */
export function stateReports(report: Report): (states: ReadonlyMap<string, DestinationState>) => void {
  const told = new Map<string, string>();
  return (states) => {
    for (const [name, state] of states) {
      const error = 'error' in state ? state.error : undefined;
      if (error?.code === told.get(name)) continue;
      if (error === undefined) {
        told.delete(name);
        report(`export to \`${name}\` works again`, 'info');
      } else {
        told.set(name, error.code);
        report(`export to \`${name}\`: ${error.text}`);
      }
    }
  };
}
