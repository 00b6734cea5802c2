/** Sends one message to a channel in a process of its own, whose defaults of TLS a test chose; says whether it was taken. */
import { describeFault } from '@writ/core';
import type { ChannelRecord } from '../../src/channels/index.ts';
import { send } from '../../src/deliveries/index.ts';

const { target, secret } = JSON.parse(process.argv[2] ?? '{}') as {
  readonly target: ChannelRecord['target'];
  readonly secret: string;
};

try {
  await send(
    {
      secret: () => secret,
      hosts: new Set(['hooks.test']),
      resolve: () => Promise.resolve(['127.0.0.1']),
    },
    { target },
    {
      id: 'msg_1',
      message: {
        type: 'alert.raised',
        at: 0,
        organisation: 'o',
        object: 'a',
        text: 'high: look',
        link: 'https://plane.example.org/alerts/a',
      },
      now: Date.now(),
      signal: new AbortController().signal,
    },
  );
  console.log('sent');
} catch (fault) {
  console.log(`not sent: ${describeFault(fault)}`);
}
process.exit();
