/** The version that entries name, from the package's own manifest. */
import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../../package.json') as { readonly version: string };

/** Version of this package. */
export const SOFTWARE_VERSION: string = manifest.version;
