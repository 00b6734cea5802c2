/** The server that a command names, where it is one that a person signs in to. */
import { Fault } from '@writ/core';
import { type Configuration, type ServerConfiguration, suggest } from '@writ/gateway';

/** The server `name` of `config`. Throws `cli.usage` where there is none, or it is not reached by its address. */
export function signInServer(
  { servers }: Configuration,
  name: string,
): Extract<ServerConfiguration, { url: string }> {
  const server = servers.find((one) => one.name === name);
  if (server === undefined) {
    const hint = suggest(
      name,
      servers.map((one) => one.name),
    );
    throw new Fault('cli.usage', 'no such server is configured', { hint });
  }
  if ('url' in server) return server;
  throw new Fault('cli.usage', `server \`${name}\` is started by Writ, and nobody signs in to it`);
}
