/** `person: os`: the user that the process runs as is the person, because the client that started it runs as the same. */
import { userInfo } from 'node:os';
import { type Authentication, Fault } from '@writ/core';
import type { Configuration } from '../config/index.ts';

/** Put before a name of the operating system, so that it is never that of an identity provider. */
const PREFIX = 'os:';

/** What is read of the user; `os.userInfo` fits. It asks by the process's id, so that no variable of the environment has a say. */
export type ReadUser = () => { readonly username: string; readonly uid: number };

/** A configuration whose person is known, and what vouches for them where it is not the configuration. */
export interface KnownPerson {
  readonly config: Configuration;
  readonly vouchedBy?: Omit<Authentication, 'at'>;
}

/**
 * `config` with the operating system's user as its person, where it says `person: os`. Throws `config.invalid` where that user has no name.
 *
 * Does not protect against another process of the same user, which is the same person to the operating system.
 */
export function withOsUser(config: Configuration, read: ReadUser = userInfo): KnownPerson {
  if (config.isPersonOsUser !== true) return { config };
  const { username, uid } = readUser(read);
  return {
    config: { ...config, person: { id: `${PREFIX}${username}`, roles: [] } },
    // Windows has no numbers for users.
    vouchedBy: { method: 'os_user', assurance: 1, credentialId: uid < 0 ? `user:${username}` : `uid:${uid}` },
  };
}

function readUser(read: ReadUser): ReturnType<ReadUser> {
  const hint = 'write `person: {id: …}`, or give the user a name';
  const problem = 'the user that this process runs as has no name, and `person: os` asks for it';
  try {
    const user = read();
    if (user.username !== '') return user;
  } catch (cause) {
    throw new Fault('config.invalid', problem, { path: 'person', hint }, { cause });
  }
  throw new Fault('config.invalid', problem, { path: 'person', hint });
}
