/** A guard in your own process: policies in, a tool behind it, two calls. The marked lines are the README's; main.test.ts compares them. */
// #region readme
import { createGuard, Refused } from '@writ/core';

const policies = `
@id("mail-inside")
permit (principal, action == Action::"app/send_email", resource)
when { context.args.to like "*@example.com" };

@id("results")
permit (principal, action == Action::"results/deliver", resource);`;

const guard = await createGuard({ agent: { id: 'mail-bot' }, policies });
const sendEmail = guard.wrap({
  name: 'send_email',
  inputSchema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
  execute: ({ to }: { to: string }) => `sent to ${to}`,
});

console.log(await sendEmail.execute({ to: 'ann@example.com' })); // runs, and is recorded
try {
  await sendEmail.execute({ to: 'eve@example.net' }); // is recorded, and does not run
} catch (refused) {
  if (refused instanceof Refused) console.log(refused.message);
}
await guard.close();
// #endregion readme
