// `npm run schema -w @writ/dashboard`: writes the types of the API as they are now.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaText } from './schema-text.ts';

writeFileSync(join(import.meta.dirname, '../src/api/schema.d.ts'), await schemaText());
