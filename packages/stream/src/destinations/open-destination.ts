/** Destinations by type; each is loaded where a configuration names it, and nobody else pays for it. */
import type { Destination, DestinationPorts } from '../destination.ts';
import type { TargetSettings } from './target.ts';

/** Opens the destination that `target` tells of. Throws as it does; `config.invalid` where what it needs is not installed. */
export async function openDestination(target: TargetSettings, ports: DestinationPorts): Promise<Destination> {
  switch (target.type) {
    case 'webhook':
      return (await import('./webhook/index.ts')).openWebhook(target, ports);
    case 'syslog':
      return (await import('./syslog/index.ts')).openSyslog(target, ports);
    case 'otlp':
      return (await import('./otlp/index.ts')).openOtlp(target, ports);
    case 'nats':
      return (await import('./nats/index.ts')).openNats(target, ports);
    case 'kafka':
      return (await import('./kafka/index.ts')).openKafka(target, ports);
    default:
      return target satisfies never;
  }
}
