/** Every page: one line for each folder. */
import type { PageRow } from '../router/index.ts';
import { ACTIVITY_PAGES } from './activity/index.ts';
import { AGENTS_PAGES } from './agents/index.ts';
import { ALERTS_PAGES } from './alerts/index.ts';
import { APPROVALS_PAGES } from './approvals/index.ts';
import { FLEET_PAGES } from './fleet/index.ts';
import { LIVE_PAGES } from './live/index.ts';
import { LOG_PAGES } from './log/index.ts';
import { POLICIES_PAGES } from './policies/index.ts';
import { SESSION_PAGES } from './session/index.ts';
import { SETTINGS_PAGES } from './settings/index.ts';
import { TOOLS_PAGES } from './tools/index.ts';

export const PAGES: readonly PageRow[] = [
  ...LIVE_PAGES,
  ...ACTIVITY_PAGES,
  ...APPROVALS_PAGES,
  ...AGENTS_PAGES,
  ...TOOLS_PAGES,
  ...POLICIES_PAGES,
  ...LOG_PAGES,
  ...FLEET_PAGES,
  ...ALERTS_PAGES,
  ...SESSION_PAGES,
  ...SETTINGS_PAGES,
];
