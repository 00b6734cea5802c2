/** Commands for a control plane. */
export { addApi } from './api.ts';
export { readBody } from './fields.ts';
export { addLogin } from './login.ts';
export { addObjects } from './objects.ts';
export { liftStops, placeStop, type StopOf } from './stop.ts';
export { showList, showObject } from './show.ts';
