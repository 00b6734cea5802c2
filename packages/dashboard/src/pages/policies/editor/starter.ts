/** What is there before anything is: a set that permits one thing, and the cases that say so. */
import type { PolicyFile } from '../policy-data.ts';

export const STARTER: readonly PolicyFile[] = [
  {
    path: 'organisation/main.cedar',
    text: '// What is not permitted is denied.\n@id("pay")\npermit (principal, action == Action::"bank/pay", resource)\nwhen { context.args.amount <= 500 };\n',
  },
  { path: 'policy-set.yaml', text: 'name: main\nversion: 1\nmode: strict\n' },
  {
    path: 'tests/payments.yaml',
    text: '- name: a payment within the limit\n  tool: bank/pay\n  args: { amount: 500 }\n  expect: { verdict: allow }\n- name: a payment above it\n  tool: bank/pay\n  args: { amount: 501 }\n  expect: { verdict: deny }\n',
  },
];
