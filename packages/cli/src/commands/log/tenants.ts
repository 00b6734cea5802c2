/** `writ log tenants`: whose logs a data folder holds besides its own. */
import { tenantsOf } from '@writ/core';
import { locate, type LocateOptions } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, visible } from '../../terminal/index.ts';

/** Lists them by name. Ends with 0, also where there is none. */
export function tenants(options: LocateOptions): number {
  const found = tenantsOf(locate(options).data);
  if (options.json === true) printJson({ tenants: found });
  else if (found.length === 0) print('no tenants: the data folder holds one log');
  else for (const { name, origin } of found) print(`${visible(name)}  ${visible(origin)}`);
  return EXIT_OK;
}
