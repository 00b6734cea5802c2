/** Where a configuration says that a secret is: in no configuration. */
import { resolve } from 'node:path';
import { invalid } from './place.ts';
import { type Fields, readText } from './shape.ts';
import type { SecretSource } from './types.ts';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** `nameEnv` or `nameFile`. A secret that stands under `name` itself is refused with the way out. Throws `config.invalid`. */
export function parseSecret(fields: Fields, name: string, folder: string): SecretSource {
  const hint = `put it into an environment variable named as \`${name}Env\`, or into a file of mode 0600 named as \`${name}File\``;
  const [open, env, file] = [name, `${name}Env`, `${name}File`].map((field) => fields.get(field));
  if (open !== undefined) throw invalid(open.place, 'a secret stands in the configuration', hint);
  if ((env === undefined) === (file === undefined))
    throw invalid(fields.place, `one of \`${name}Env\` and \`${name}File\` is expected`, hint);
  if (file !== undefined) return { file: resolve(folder, readText(file)) };
  if (env === undefined) throw invalid(fields.place, `\`${name}Env\` is missing`, hint);
  const text = env.kind === 'scalar' && typeof env.value === 'string' ? env.value : '';
  // Not quoted: what stands in the wrong place may be a secret.
  if (!VARIABLE.test(text)) throw invalid(env.place, 'the name of an environment variable is expected');
  return { env: text };
}
