/** The destinations that a command is about. */
import { Fault } from '@writ/core';
import { type Configuration, suggest } from '@writ/gateway';
import type { ExportTask } from '@writ/gateway/export';
import { SOFTWARE_VERSION } from '@writ/gateway';
import { locate, type Located, type LocateOptions, requireConfig } from '../../data/index.ts';

/** A configuration with destinations, and the data folder that is sent. */
export interface LocatedExport {
  readonly located: Located;
  readonly config: Configuration;
  readonly task: ExportTask;
}

/** What `options` name. Throws `config.*`, also where nothing is to be sent. */
export function locateExport(options: LocateOptions): LocatedExport {
  const located = locate(options);
  const config = requireConfig(located);
  const { export: destinations = [], origin } = config;
  if (destinations.length === 0)
    throw new Fault('config.invalid', 'no destination is configured', {
      path: 'export',
      hint: 'write one under `export`; see the guide “Send to your SIEM”',
    });
  const task = { data: located.data, productVersion: SOFTWARE_VERSION, destinations };
  return { located, config, task: origin === undefined ? task : { ...task, origin } };
}

/** The destination `name`. Throws `cli.usage` where there is none. */
export function requireDestination(
  { task }: LocatedExport,
  name: string,
): ExportTask['destinations'][number] {
  const found = task.destinations.find((destination) => destination.name === name);
  if (found !== undefined) return found;
  const hint = suggest(
    name,
    task.destinations.map((destination) => destination.name),
  );
  throw new Fault('cli.usage', `no destination is called \`${name.slice(0, 60)}\``, { hint });
}
