/** Events as syslog over TLS (RFC 5425): octet counting, and a connection for each batch, whose orderly end is the acknowledgement that syslog has not. */
import { hostname as machineName } from 'node:os';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { concatBytes, Fault } from '@writ/core';
import { frameSyslog, toCef, toSyslog } from '@writ/export';
import { connectionFault, readClientTls, whileWanted } from '../../clients/index.ts';
import type { Destination, DestinationPorts, OutgoingEvent } from '../../destination.ts';
import { afterConnecting, delivered, stayedOpen } from './connection.ts';
import type { SyslogSettings } from './settings.ts';

/** A receiver that does not want us ends the connection within this time, in milliseconds: TLS 1.3 says nothing of our certificate before. */
const PROBATION_MS = 500;
/** How long a receiver that wanted us is believed to want us still, in milliseconds. */
const PROVEN_MS = 600_000;

/**
 * A receiver of syslog. Syslog acknowledges nothing, so a batch counts once the receiver has ended its side of the connection after we ended ours: it has then read all of it.
 * A connection that breaks, or that the receiver ends before, acknowledges nothing, and all of the batch is sent again. The first connection, one after a failure, and one
 * every ten minutes is looked at for half a second before anything is written: a receiver that does not accept our certificate ends it in order as well.
 *
 * Does not protect against a receiver that has read a message and loses it, nor against one that begins to refuse us within those ten minutes without resetting the connection.
 */
export function openSyslog(settings: SyslogSettings, ports: DestinationPorts): Promise<Destination> {
  const open = new Set<Socket>();
  let provenUntil = 0;
  const deliver = async (socket: Socket, octets: Uint8Array, onTold: () => void): Promise<void> => {
    await afterConnecting(socket, settings.tls !== false);
    const isProven = ports.clock.now() < provenUntil;
    if (!isProven) await stayedOpen(socket, ports.timers, PROBATION_MS);
    await delivered(socket, octets, onTold);
    if (!isProven) provenUntil = ports.clock.now() + PROVEN_MS;
  };
  return Promise.resolve({
    async send(events, signal) {
      const octets = octetsOf(settings, events);
      let socket: Socket | undefined;
      let isTold = false;
      try {
        if (signal.aborted) throw new Fault('export.unavailable', 'sending was ended');
        socket = connect(settings, ports);
        open.add(socket);
        await whileWanted(
          deliver(socket, octets, () => (isTold = true)),
          signal,
        );
        return events.length;
      } catch (cause) {
        provenUntil = 0;
        const fault = connectionFault('the receiver of syslog', cause);
        throw isTold && signal.aborted ? withoutEnd(fault) : fault;
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

/** Out of time though all was written. It is slow, or it is one that never ends a connection: to that one everything would come again and again. */
function withoutEnd({ data }: Fault): Fault {
  return new Fault(
    'export.unavailable',
    'the receiver of syslog was sent all, and did not end the connection in time',
    {
      ...data,
      hint: 'a batch counts once the receiver ends its side, and comes again until then; put a relay before one that never does, such as rsyslog',
    },
  );
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
  return connectTls({ host, port, ...name, ...readClientTls(tls, ports) });
}
