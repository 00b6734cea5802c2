/** The CloudEvents envelope. */
export { CLOUD_EVENT_TYPE, type CloudEvent, toCloudEvent } from './to-cloud-event.ts';
