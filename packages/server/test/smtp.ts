/** A mail server on the loopback interface (RFC 5321): takes what it is given, or refuses, and remembers it. */
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';

/** One that runs. */
export interface MailServer {
  readonly port: number;
  readonly mails: { readonly from: string; readonly to: readonly string[]; readonly text: string }[];
  /** Answers each `MAIL` with 451 while set. */
  isBusy: boolean;
  close(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const mails: MailServer['mails'] = [];
  const sockets = new Set<Socket>();
  const state = { isBusy: false };
  const server = createServer((socket) => {
    sockets.add(socket);
    let [from, to, text, isData, rest]: [string, string[], string, boolean, string] = ['', [], '', false, ''];
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      rest += chunk.toString('utf8');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (isData && line !== '.') text += `${line}\n`;
        else if (isData) {
          mails.push({ from, to, text });
          [from, to, text, isData] = ['', [], '', false];
          say('250 taken');
        } else if (/^EHLO/i.test(line)) say('250 localhost');
        else if (/^MAIL/i.test(line)) {
          from = line;
          say(state.isBusy ? '451 later' : '250 ok');
        } else if (/^RCPT/i.test(line)) {
          to.push(line);
          say('250 ok');
        } else if (/^DATA/i.test(line)) {
          isData = true;
          say('354 go on');
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else say('250 ok');
      }
    });
    say('220 localhost');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    mails,
    get isBusy() {
      return state.isBusy;
    },
    set isBusy(is) {
      state.isBusy = is;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
