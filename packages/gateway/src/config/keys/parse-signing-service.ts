/** A file that names a key in a key service: `{name: release, transit: {…}}`. */
import { readYaml } from '../read-yaml.ts';
import { readFields, readText } from '../shape.ts';
import { parseTransit } from './parse-keys.ts';
import type { SigningService } from './types.ts';

/** The service in `text`; relative paths start from `folder`. Throws `config.syntax`, `config.invalid`; a token that was written into it is not quoted. */
export function parseSigningService(text: string, file: string, folder: string): SigningService {
  const fields = readFields(readYaml(text, file), ['name', 'transit']);
  return {
    name: readText(fields.need('name', 'what the key is called, without white space and `+`')),
    source: parseTransit(
      fields.need('transit', 'write `transit: {address: …, key: …, tokenFile: …}`'),
      folder,
    ),
  };
}
