// `npm run build -w @writ/dashboard`: builds the web interface into dist, where a control plane that runs from source finds it.
import { buildDist } from './ensure-site.ts';

await buildDist();
