/** Everything that a server does by itself. */
import { ROLLOUT_TASK } from './bundles/index.ts';
import { STOP_RULES_TASK } from './stops/index.ts';
import { ACTIVITY_TASK } from './activity/index.ts';
import { APPROVALS_TASK } from './approvals/index.ts';
import { DELIVERY_TASK } from './deliveries/index.ts';
import { OUTAGES_TASK } from './emergency/index.ts';
import { FACTS_TASK } from './facts/index.ts';
import { LIST_RECEIPTS_TASK } from './mirror/index.ts';
import { NODE_ALERTS_TASK } from './node-alerts/index.ts';
import { PRUNE_RECEIPTS_TASK } from './receipts/index.ts';
import { PRUNE_TASK, type Task } from './upkeep/index.ts';

export const TASKS: readonly Task[] = [
  PRUNE_TASK,
  OUTAGES_TASK,
  ROLLOUT_TASK,
  STOP_RULES_TASK,
  APPROVALS_TASK,
  DELIVERY_TASK,
  LIST_RECEIPTS_TASK,
  PRUNE_RECEIPTS_TASK,
  NODE_ALERTS_TASK,
  FACTS_TASK,
  ACTIVITY_TASK,
];
