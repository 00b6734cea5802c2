/** What agents did over time. */
import { lazy, type LazyExoticComponent, type ReactNode } from 'react';
import type { ActivityChartsProps } from './charts.tsx';
import type { SmallActivityProps } from './small.tsx';

export {
  type Activity,
  type ActivityGroup,
  activityQuery,
  decisionsIn,
  logSearch,
  type Whose,
} from './activity.ts';
export { RANGE_NAMES, RANGES, rangeOf } from './ranges.ts';
export { costSaid, countSaid, shareSaid } from './said.ts';

/** One agent’s or tool’s day, loaded where it is drawn. */
export const SmallActivity: LazyExoticComponent<(props: SmallActivityProps) => ReactNode> = lazy(async () => {
  const { SmallActivity: Small } = await import('./small.tsx');
  return { default: Small };
});

/** All charts of a range, loaded where they are drawn. */
export const ActivityCharts: LazyExoticComponent<(props: ActivityChartsProps) => ReactNode> = lazy(
  async () => {
    const { ActivityCharts: Charts } = await import('./charts.tsx');
    return { default: Charts };
  },
);
