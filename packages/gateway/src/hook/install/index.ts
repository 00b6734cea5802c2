/** Installing hooks before hosts. */
export {
  type Installation,
  type InstalledHook,
  installedHooks,
  installHook,
  uninstallHook,
} from './install.ts';
export { tryHook } from './canary.ts';
export { pluginText } from './plugin.ts';
export { type HookScope, RECIPES } from './recipes.ts';
