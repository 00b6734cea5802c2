/** Tells the operator that something waits for a person (defect 29). */
import type { Guard, InterceptedAction } from '@writ/core';
import type { Report } from './types.ts';

/** `guard`, which also says on `report` when a call begins to wait and how to answer it. */
export function announceHolds(guard: Guard, report: Report): Guard {
  const announcing = (action: InterceptedAction): InterceptedAction => ({
    ...action,
    onWaiting(hold) {
      const index = hold.reference.slice(hold.reference.lastIndexOf('#') + 1);
      const until = new Date(hold.expires).toISOString();
      report(`${hold.reference} waits for a person until ${until}: \`writ approvals show ${index}\``, 'info');
      action.onWaiting?.(hold);
    },
  });
  return {
    enforce: (action, perform, shape) => guard.enforce(announcing(action), perform, shape),
    list: (action) => guard.list(action),
    countRefusal: (code) => guard.countRefusal(code),
    close: () => guard.close(),
  };
}
