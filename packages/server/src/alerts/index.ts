/** Alerts: raised once, told to channels, acknowledged by a person. */
export { ALERTS, SEVERITIES, type Severity } from './alert.ts';
export { raiseAlert } from './raise-alert.ts';
export { channelsOf } from './route-alert.ts';
export { ALERT_ROUTES } from './routes.ts';
