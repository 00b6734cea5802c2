/** Which configuration and data folder a command is about. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault } from '@writ/core';
import {
  type Configuration,
  CONFIGURATION_FILE,
  DATA_FOLDER,
  loadConfig,
  type PublishConfiguration,
  settleKeyPlace,
  settleLogPlace,
} from '@writ/gateway';

/** The flags that most commands share. */
export interface LocateOptions {
  readonly config?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** What a command works on. */
export interface Located {
  /** Absent where only a data folder is named. */
  readonly config?: Configuration;
  /** Data folder, absolute. */
  readonly data: string;
  /** Where the log of that folder is published; absent for nowhere, and for another folder than the configuration's. */
  readonly publish?: PublishConfiguration;
}

/**
 * `--config`, else the `writ.yaml` here, else nothing but `--data` or the `.writ` here. Throws `config.not-found` where there is neither,
 * and what `loadConfig` and `settleLogPlace` throw.
 */
export function locate(options: LocateOptions): Located {
  const config = findConfig(options);
  if (config !== undefined) {
    const data = options.data === undefined ? config.data : resolve(options.data);
    // From here on the folder itself says where its log is and what wraps its keys, also to commands that see no configuration.
    if (data === config.data && existsSync(data)) {
      settleLogPlace(data, config.log?.postgres);
      settleKeyPlace(data, config.keys);
    }
    // A bucket is that of one log.
    const publish = data === config.data ? config.publish : undefined;
    return { config, data, ...(publish === undefined ? {} : { publish }) };
  }
  const data = resolve(options.data ?? DATA_FOLDER);
  if (existsSync(data)) return { data };
  const hint = 'go to the folder of your writ.yaml, or name one with `--config` or `--data`';
  throw new Fault('config.not-found', `neither \`${resolve(CONFIGURATION_FILE)}\` nor \`${data}\` is there`, {
    hint,
  });
}

/** The configuration that is named or stands here; with `--data` alone, none. */
function findConfig({ config, data }: LocateOptions): Configuration | undefined {
  if (config !== undefined) return loadConfig(config);
  if (data !== undefined && !existsSync(CONFIGURATION_FILE)) return undefined;
  return existsSync(CONFIGURATION_FILE) ? loadConfig(CONFIGURATION_FILE) : undefined;
}

/** The configuration of `located`. Throws `config.not-found` where it has none. */
export function requireConfig(located: Located): Configuration {
  if (located.config !== undefined) return located.config;
  const hint = 'name it with `--config`';
  throw new Fault(
    'config.not-found',
    `this needs the configuration, which \`${located.data}\` does not hold`,
    { hint },
  );
}
