/** Pages for browsers. */
export { devicePage } from './device-page.ts';
export { DEVICE_SCRIPT } from './device-script.ts';
export { signInPage } from './sign-in-page.ts';
export { SIGN_IN_SCRIPT } from './sign-in-script.ts';
export { SIGN_IN_STYLE } from './sign-in-style.ts';
