/** `writ log tenants`: whose logs a data folder holds besides its own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_FILE, Fault, tenantsOf } from '@writ/core';
import { locate, type LocateOptions, requireInFolder } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, visible } from '../../terminal/index.ts';

/** Lists them by name. Ends with 0, also where there is none; a folder without a log is told so. */
export function tenants(options: LocateOptions): number {
  const { data } = locate(options);
  if (!existsSync(join(data, DATABASE_FILE))) {
    requireInFolder(data, 'writ log tenants', 'there each tenant has a schema of its own');
    throw new Fault('log.missing', `\`${data}\` holds no log`, { hint: 'name a data folder with `--data`' });
  }
  const found = tenantsOf(data);
  if (options.json === true) printJson({ tenants: found });
  else if (found.length === 0) print('no tenants: the data folder holds one log');
  else for (const { name, origin } of found) print(`${visible(name)}  ${visible(origin)}`);
  return EXIT_OK;
}
