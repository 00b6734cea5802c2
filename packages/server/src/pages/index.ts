/** Pages for browsers. */
export { signInPage } from './sign-in-page.ts';
export { SIGN_IN_SCRIPT } from './sign-in-script.ts';
