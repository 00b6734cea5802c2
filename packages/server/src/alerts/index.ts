/** Alerts: raised once, told to channels, acknowledged by a person, closed where what raised them is over. */
export { type AlertRecord, ALERTS, SEVERITIES, type Severity } from './alert.ts';
export { closeAlert } from './close-alert.ts';
export { type RaisedAlert, raiseAlert } from './raise-alert.ts';
export { channelsOf } from './route-alert.ts';
export { ALERT_ROUTES } from './routes.ts';
