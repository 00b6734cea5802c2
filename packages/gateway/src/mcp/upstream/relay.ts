/** Handlers of a link whose taker may change while it runs. */
import type { Upstream, UpstreamHandlers } from './types.ts';

/** Drops everything, and lets the server wait for nothing. */
export const SILENT: UpstreamHandlers = {
  request: () => {},
  notification: () => Promise.resolve(),
  malformed: () => {},
  ended: () => {},
  busy: () => undefined,
};

/** Hands on to whoever is the target now. */
export class Relay implements UpstreamHandlers {
  target: UpstreamHandlers;

  constructor(target: UpstreamHandlers) {
    this.target = target;
  }

  request(...args: Parameters<UpstreamHandlers['request']>): void {
    this.target.request(...args);
  }

  notification(...args: Parameters<UpstreamHandlers['notification']>): Promise<void> {
    return this.target.notification(...args);
  }

  malformed(...args: Parameters<UpstreamHandlers['malformed']>): void {
    this.target.malformed(...args);
  }

  ended(...args: Parameters<UpstreamHandlers['ended']>): void {
    this.target.ended(...args);
  }

  busy(): Promise<void> | undefined {
    return this.target.busy();
  }
}

/** Handlers that say `self` whichever link below it something came from. */
export function speakingAs(self: Upstream, handlers: UpstreamHandlers): UpstreamHandlers {
  return {
    request: (_link, request, call) => handlers.request(self, request, call),
    notification: (_link, notification, call) => handlers.notification(self, notification, call),
    malformed: (_link, line) => handlers.malformed(self, line),
    ended: (_link, why) => handlers.ended(self, why),
    busy: () => handlers.busy(),
  };
}
