/** The daemon that judges what hooks of coding agents ask (decision 30). */
export { HookFace } from './face.ts';
export { openHookFolder } from './folder.ts';
export {
  hookDaemonStatus,
  openHookDaemon,
  type OpenHookDaemonOptions,
  type RunningHookDaemon,
  stopHookDaemon,
} from './open-hook-daemon.ts';
