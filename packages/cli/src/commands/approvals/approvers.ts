/** Who may answer at this node: whom its configuration names, or, where a control plane governs it, whom its signed bundle names, as the node itself believes them. */
import { type Approver, Fault, systemClock } from '@writ/core';
import { createBundleSource, openBundleCache } from '@writ/gateway/plane';
import { type Located, type ReadData, requireConfig } from '../../data/index.ts';

/** Throws `config.not-found` without a configuration, `bundle.missing` where no bundle governs the node now: nobody may answer there then. */
export function approversOf(located: Located, { state }: Pick<ReadData, 'state'>): readonly Approver[] {
  const { plane, approvals } = requireConfig(located);
  if (plane === undefined) return approvals.approvers;
  const cache = openBundleCache(located.data);
  const { bundle, why } = createBundleSource({ plane, cache, state, clock: systemClock }).read();
  if (bundle !== undefined) return bundle.approvers;
  throw new Fault('bundle.missing', `nobody may answer here: ${why ?? 'no bundle governs this node'}`, {
    hint: 'start the node, so that it fetches its bundle',
  });
}
