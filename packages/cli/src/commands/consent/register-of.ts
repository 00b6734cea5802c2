/** The register of purposes that a command is about. */
import { Fault, type PurposeRegister } from '@writ/core';
import { readRegister, retentionClasses } from '@writ/gateway';
import { type Located, requireConfig } from '../../data/index.ts';

/** The register that the configuration names. Throws `config.*`. */
export function registerOf(located: Located): PurposeRegister {
  const config = requireConfig(located);
  const { privacy } = config;
  if (privacy !== undefined) return readRegister(privacy, retentionClasses(config));
  throw new Fault('config.invalid', 'the configuration names no register of purposes', {
    path: 'privacy',
    hint: 'write `privacy: {purposes: purposes.yaml}`',
  });
}
