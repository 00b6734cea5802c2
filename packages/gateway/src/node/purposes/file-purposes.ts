/** The register of purposes of a node: read from its file, put in force through the log, followed while it changes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  activateRegister,
  createRegister,
  describeFault,
  Fault,
  fromUtf8,
  type PolicyPlace,
  type PurposeProvider,
  type PurposeRegister,
} from '@writ/core';
import { type Configuration, parsePurposes, type PrivacyConfiguration } from '../../config/index.ts';
import { watchPolicyFiles } from '../policy-files.ts';
import type { Report } from '../types.ts';
import { declaredPurpose } from './declared-purpose.ts';

/** Largest register, in bytes. */
const MAX_BYTES = 1024 * 1024;

/** What the register of a node stands on. */
export interface FilePurposesOptions extends PolicyPlace {
  /** Told of a register that came into force, and of faults that leave the last good one. */
  readonly report: Report;
}

/** A {@link PurposeProvider} over a file. */
export interface FilePurposes extends PurposeProvider {
  /** Puts what was read in force and follows its file from then on. Throws `config.*` and `log.*`. */
  start(): Promise<void>;
  /** Stops following. Idempotent. */
  close(): void;
}

/** The register that `privacy` names. Throws `config.*` with its place, also where `privacy` names a purpose that is not in it. */
export function readRegister(privacy: PrivacyConfiguration, classes?: ReadonlySet<string>): PurposeRegister {
  const { purposes: file, purpose, servers, tools, claims } = privacy;
  const register = createRegister(parsePurposes(readRegisterFile(file), file, classes));
  const named = [purpose, ...Object.values(servers), ...Object.values(tools), ...claims];
  const unknown = named.find((id) => id !== undefined && register.purpose(id) === undefined);
  if (unknown === undefined) return register;
  throw new Fault(
    'config.invalid',
    `\`privacy\` names purpose \`${unknown}\`, which \`${file}\` does not have`,
    {
      path: 'privacy',
      hint: `register it there: ${register.purposes.map(({ id }) => id).join(', ')} are`,
    },
  );
}

/** Retention classes that there are without configuration: `default` for whatever is not named. */
const BUILT_IN_CLASSES = ['default', 'decision', 'operator', 'log'];

/** The retention classes that a purpose may name. */
export function retentionClasses({ retention }: Pick<Configuration, 'retention'>): ReadonlySet<string> {
  return new Set([...BUILT_IN_CLASSES, ...Object.keys(retention?.settings.classes ?? {})]);
}

/** Key of the record that says which register is in force: nodes with one file share it. */
export function registerScope({ purposes }: Pick<PrivacyConfiguration, 'purposes'>): string {
  return `file.${createHash('sha256').update(purposes).digest('hex')}`;
}

/** The purposes of a node with `config`; `undefined` where it has none. `register` was read from it. */
export function createFilePurposes(
  config: Pick<Configuration, 'privacy' | 'retention'>,
  register: PurposeRegister | undefined,
  options: FilePurposesOptions,
): FilePurposes | undefined {
  const { privacy } = config;
  if (privacy === undefined || register === undefined) return undefined;
  return new Purposes(privacy, retentionClasses(config), register, options);
}

class Purposes implements FilePurposes {
  readonly scope: string;
  readonly languages: readonly string[];
  readonly #privacy: PrivacyConfiguration;
  readonly #classes: ReadonlySet<string>;
  readonly #options: FilePurposesOptions;
  #current: PurposeRegister;
  /** What the last look found, so that a register that is not usable is tried and told of once. */
  #seen: string;
  #stopWatching: (() => void) | undefined;
  /** One change at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    privacy: PrivacyConfiguration,
    classes: ReadonlySet<string>,
    register: PurposeRegister,
    options: FilePurposesOptions,
  ) {
    this.scope = registerScope(privacy);
    this.languages = privacy.languages;
    this.#privacy = privacy;
    this.#classes = classes;
    this.#current = register;
    this.#options = options;
    this.#seen = this.#look();
  }

  current(): PurposeRegister {
    return this.#current;
  }

  declared(action: Parameters<PurposeProvider['declared']>[0]): string | undefined {
    return declaredPurpose(this.#privacy, action);
  }

  async start(): Promise<void> {
    await this.#inTurn(() => this.#activate(this.#current));
    this.#stopWatching ??= watchPolicyFiles([this.#privacy.purposes], () => {
      if (this.#look() !== this.#seen) void this.reload();
    });
  }

  reload(): Promise<void> {
    return this.#inTurn(() => this.#change());
  }

  close(): void {
    this.#stopWatching?.();
    this.#stopWatching = () => {};
  }

  async #change(): Promise<void> {
    const { report } = this.#options;
    this.#seen = this.#look();
    try {
      const register = readRegister(this.#privacy, this.#classes);
      const isNews = register.hash !== this.#current.hash;
      await this.#activate(register);
      if (isNews) report(`register of purposes ${register.hash.slice(0, 12)} is in force`, 'info');
    } catch (fault) {
      const problem = describeFault(fault);
      report(`the changed register of purposes is not usable; the last good one stays in force: ${problem}`);
    }
  }

  /** What stands in the file now, or why nothing can be read. */
  #look(): string {
    try {
      return readRegisterFile(this.#privacy.purposes);
    } catch (fault) {
      return describeFault(fault);
    }
  }

  /** INVARIANT: what is read is what the log says is in force; a guard that sees them differ denies. */
  async #activate(register: PurposeRegister): Promise<void> {
    await activateRegister(this.#options, this.scope, register);
    this.#current = register;
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function readRegisterFile(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const code = isAbsent ? 'config.not-found' : 'config.unreadable';
    throw new Fault(code, `no register of purposes can be read at \`${file}\``, { file }, { cause });
  }
  if (bytes.length > MAX_BYTES)
    throw new Fault('config.syntax', `\`${file}\` has ${bytes.length} bytes, at most ${MAX_BYTES} are read`, {
      file,
    });
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw new Fault(
      'config.syntax',
      `\`${file}\` is not UTF-8 text`,
      { file, hint: 'save it as UTF-8' },
      { cause },
    );
  }
}
