/** What happens in the control plane, told as it happens: the log is the source, and whoever listens reads it at their own speed. */
export { type EventFeed, feedOf, type PlaneEvent } from './feed.ts';
export { createListeners, type Listeners } from './listeners.ts';
export { EVENT_ROUTES } from './routes.ts';
export { eventStream, type EventStream, type SentEvent } from './stream.ts';
