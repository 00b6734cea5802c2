// `npm run build -w @writ/dashboard`: builds the web interface into dist, where a control plane that runs from source finds it.
import { join } from 'node:path';
import { buildSite } from './build-site.ts';

await buildSite(join(import.meta.dirname, '../dist'));
