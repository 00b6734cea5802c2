/** Every route of the control plane. */
import { ACTIVITY_ROUTES } from './activity/index.ts';
import { AGENT_ROUTES } from './agents/index.ts';
import { ALERT_ROUTES } from './alerts/index.ts';
import type { Route } from './api/index.ts';
import { APPROVAL_ROUTES } from './approvals/index.ts';
import { BUNDLE_ROUTES, ROLLOUT_ROUTES } from './bundles/index.ts';
import { CHANNEL_ROUTES } from './channels/index.ts';
import { DEVICE_LOGIN_ROUTES } from './device-logins/index.ts';
import { DIRECTORY_ROUTES } from './directory/index.ts';
import { EMERGENCY_ROUTES } from './emergency/index.ts';
import { EVIDENCE_ROUTES } from './evidence/index.ts';
import { EVENT_ROUTES } from './events/index.ts';
import { ENROLMENT_ROUTES } from './enrolments/index.ts';
import { FACT_NODE_ROUTES } from './facts/index.ts';
import { FLEET_ROUTES } from './fleet/index.ts';
import { LIVE_ROUTES } from './live/index.ts';
import { LOOK_NODE_ROUTES, LOOK_ROUTES } from './looks/index.ts';
import { MIRROR_ROUTES } from './mirror/index.ts';
import { POLICY_ROUTES } from './policies/index.ts';
import { POLICY_TEXT_ROUTES } from './policy-texts/index.ts';
import { PROBE_ROUTES } from './probes/index.ts';
import { RECEIPT_ROUTES } from './receipts/index.ts';
import { SESSION_STEP_ROUTES } from './session-steps/index.ts';
import { SIGN_IN_ROUTES } from './sign-in/index.ts';
import { NODE_STOP_ROUTES, STOP_ROUTES, STOP_RULE_ROUTES } from './stops/index.ts';
import { SUMMARY_ROUTES } from './summaries/index.ts';
import { TOKEN_ROUTES } from './tokens/index.ts';
import { TOOL_ROUTES } from './tools/index.ts';

export const ROUTES: readonly Route[] = [
  ...PROBE_ROUTES,
  ...TOKEN_ROUTES,
  ...SIGN_IN_ROUTES,
  ...EMERGENCY_ROUTES,
  ...DEVICE_LOGIN_ROUTES,
  ...DIRECTORY_ROUTES,
  ...EVENT_ROUTES,
  ...STOP_ROUTES,
  ...STOP_RULE_ROUTES,
  ...ALERT_ROUTES,
  ...NODE_STOP_ROUTES,
  ...POLICY_ROUTES,
  ...POLICY_TEXT_ROUTES,
  ...BUNDLE_ROUTES,
  ...ROLLOUT_ROUTES,
  ...APPROVAL_ROUTES,
  ...CHANNEL_ROUTES,
  ...AGENT_ROUTES,
  ...ENROLMENT_ROUTES,
  ...FLEET_ROUTES,
  ...RECEIPT_ROUTES,
  // Before those of one receipt, whose paths theirs would be.
  ...LIVE_ROUTES,
  ...SUMMARY_ROUTES,
  ...SESSION_STEP_ROUTES,
  ...ACTIVITY_ROUTES,
  ...EVIDENCE_ROUTES,
  ...LOOK_ROUTES,
  ...TOOL_ROUTES,
  ...MIRROR_ROUTES,
  ...FACT_NODE_ROUTES,
  ...LOOK_NODE_ROUTES,
];
