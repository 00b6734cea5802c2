/** What arguments are told that cannot be read. */
import { Fault } from '@writ/core';

/** What is wrong with the argument `name`; never what stands in it. */
export function unreadable(name: string, problem: string): Fault {
  return new Fault('request.invalid', `the arguments of the tool cannot be read: \`${name}\` ${problem}`, {
    path: name,
  });
}
