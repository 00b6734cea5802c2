// Refuses every connection that would leave this machine, so that no test can depend on a network.
import { isIP, Socket, type SocketConnectOpts } from 'node:net';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3}|0\.0\.0\.0|::)$/;

const connect = Socket.prototype.connect;

/** The host that the arguments of `Socket.connect` name, or nothing for a pipe. */
function hostOf(args: readonly unknown[]): string | undefined {
  // `net.connect` and `http` hand over their normalised arguments as one array.
  const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as readonly unknown[];
  if (typeof first === 'object' && first !== null) {
    const options = first as Partial<SocketConnectOpts> & { host?: string; path?: string };
    return options.path ? undefined : (options.host ?? 'localhost');
  }
  if (typeof first === 'string' && Number.isNaN(Number(first))) return undefined;
  return typeof second === 'string' ? second : 'localhost';
}

Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
  const host = hostOf(args);
  if (host !== undefined && !LOOPBACK.test(host.replace(/^\[|\]$/g, ''))) {
    const kind = isIP(host) ? 'address' : 'host';
    throw new Error(`a test tried to reach the ${kind} \`${host}\`; tests use loopback only`);
  }
  return Reflect.apply(connect, this, args) as Socket;
};
