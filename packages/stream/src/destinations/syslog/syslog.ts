/** Events as syslog over TLS (RFC 5425): octet counting, and a connection for each batch, whose orderly end is the acknowledgement that syslog has not. */
import { hostname as machineName } from 'node:os';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { concatBytes, Fault } from '@writ/core';
import { frameSyslog, toCef, toSyslog } from '@writ/export';
import { connectionFault, readClientTls, whileWanted } from '../../clients/index.ts';
import type { Destination, DestinationPorts, OutgoingEvent } from '../../destination.ts';
import type { SyslogSettings } from './settings.ts';

/**
 * A receiver of syslog. Syslog acknowledges nothing, so a batch counts once the receiver has ended its side of the connection after we ended ours: it has then read all of it.
 * A connection that breaks, or is ended by the receiver before that, acknowledges nothing, and all of the batch is sent again.
 *
 * Does not protect against a receiver that has read a message and loses it, nor against one that ends connections in order without reading what it was sent.
 */
export function openSyslog(settings: SyslogSettings, ports: DestinationPorts): Promise<Destination> {
  const open = new Set<Socket>();
  return Promise.resolve({
    async send(events, signal) {
      const octets = octetsOf(settings, events);
      let socket: Socket | undefined;
      try {
        signal.throwIfAborted();
        socket = connect(settings, ports);
        open.add(socket);
        await whileWanted(delivered(socket, octets), signal);
        return events.length;
      } catch (cause) {
        if (signal.aborted)
          throw new Fault('export.unavailable', 'the receiver of syslog did not end the connection in time', {
            hint: 'it must end its side once we have ended ours',
          });
        throw connectionFault('the receiver of syslog', cause);
      } finally {
        socket?.destroy();
        if (socket !== undefined) open.delete(socket);
      }
    },
    close() {
      for (const socket of open) socket.destroy();
      return Promise.resolve();
    },
  });
}

function octetsOf(settings: SyslogSettings, events: readonly OutgoingEvent[]): Uint8Array {
  const { hostname = machineName(), maxOctets, format } = settings;
  const options = {
    hostname,
    processId: String(process.pid),
    ...(maxOctets === undefined ? {} : { maxOctets }),
    ...(format === 'cef' ? { text: toCef } : {}),
  };
  return concatBytes(...events.map(({ event }) => frameSyslog(toSyslog(event, options))));
}

function connect({ host, port, tls }: SyslogSettings, ports: DestinationPorts): Socket {
  if (tls === false) return connectTcp({ host, port });
  const name = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port, ...name, ...readClientTls(tls, ports), minVersion: 'TLSv1.2' });
}

/** Resolves once the other side has ended the connection after `octets` were written and our side ended. */
async function delivered(socket: Socket, octets: Uint8Array): Promise<void> {
  const over = Promise.withResolvers<void>();
  let hasEnded = false;
  socket.on('error', over.reject);
  socket.once('end', () => {
    if (hasEnded) over.resolve();
    else over.reject(early());
  });
  socket.once('close', () => over.reject(early()));
  // What a receiver says is nothing that syslog knows; it is read so that its end is seen.
  socket.resume();
  socket.end(octets, () => {
    hasEnded = true;
  });
  await over.promise;
}

function early(): Fault {
  return new Fault('export.unavailable', 'the receiver of syslog ended the connection before it had all');
}
