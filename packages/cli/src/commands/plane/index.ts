/** Commands for a control plane. */
export { addApi } from './api.ts';
export { addLogin } from './login.ts';
export { addObjects } from './objects.ts';
