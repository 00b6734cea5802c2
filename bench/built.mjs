// Loaded before a bench: an entry point of a package resolves to what was built from it, not to its source.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SOURCE = /^(.*\/packages\/[^/]+)\/src\/(.*)\.ts$/;

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const [, folder, file] = SOURCE.exec(found.url.startsWith('file:') ? fileURLToPath(found.url) : '') ?? [];
    if (!folder) return found;
    const built = `${folder}/dist/${file}.js`;
    if (!existsSync(built)) throw new Error(`${built} is not built`);
    return { ...found, url: pathToFileURL(built).href, format: 'module' };
  },
});
