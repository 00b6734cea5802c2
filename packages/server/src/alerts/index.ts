/** Alerts: raised once, told to channels, acknowledged by a person. */
export { type AlertRecord, ALERTS, type AlertSource, SEVERITIES, type Severity } from './alert.ts';
export { raiseAlert, type RaisedAlert } from './raise-alert.ts';
export { type AlertRoute, channelsOf } from './route-alert.ts';
export { ALERT_ROUTES } from './routes.ts';
