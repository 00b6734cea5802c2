/** What the page of signing in does in the browser. Nothing here is secret, and nothing is kept in the browser but the session's cookie. */
export const SIGN_IN_SCRIPT = `'use strict';
const element = (id) => document.getElementById(id);
const show = (id, isShown) => { element(id).hidden = !isShown; };
const say = (text, isProblem = false) => {
  const said = element('said');
  said.className = isProblem ? 'problem' : '';
  said.textContent = text;
};
const title = (heading, intro) => {
  document.title = heading + ' · Writ';
  element('title').textContent = heading;
  element('intro').textContent = intro;
};

// The link is good once, and what a provider's way back says is said once: both leave the address bar before anything else happens.
const given = (name) => (location.hash.startsWith('#' + name + '=') ? location.hash.slice(name.length + 2) : '');
let link = given('link');
const problem = given('problem');
// Where somebody was when they were asked to sign in; kept for this tab alone, while a provider shows its own pages.
const NEXT = 'writ-next';
const next = nextOf(given('next'));
if (next !== '') sessionStorage.setItem(NEXT, next);
else if (location.hash === '') sessionStorage.removeItem(NEXT);
if (link !== '' || problem !== '' || location.hash.startsWith('#next=')) history.replaceState(null, '', location.pathname);

const NO_LINK = 'the link is not good: it was used, it is too old, or it never was one. If you have signed in here before, sign in with your passkey. Otherwise ask for another link: whoever invited you makes one, '
  + 'and while nobody has signed in yet, each start of the server prints one.';
const WORDS = {
  NotAllowedError: 'the browser’s question was closed, or nobody answered it in time. Try again.',
  InvalidStateError: 'this device holds a passkey of yours already. Sign in with it.',
  SecurityError: 'the browser uses no passkeys at this address. Open the control plane by the name that its operator gave it.',
  NotSupportedError: 'this device cannot make the passkey that is asked for. Try another device, or your phone.',
};
const BACK = new Map([
  ['refused', 'The identity provider’s answer was not taken. Begin again; if that does not help, ask an administrator whether you have a role here.'],
  ['away', 'The identity provider cannot be reached, or is not what was configured. Try again in a moment, or sign in with a passkey.'],
  ['many', 'Too many sign-ins were refused. Try again in a minute.'],
  ['other', 'The sign-in did not come to its end. Begin again.'],
]);

// A page of this origin, or nothing: whatever stands in a link is somebody else's wish.
function nextOf(text) {
  let path = '';
  try {
    path = decodeURIComponent(text);
  } catch {
    return '';
  }
  if (!/^\\/[A-Za-z0-9]/.test(path)) return '';
  const url = new URL(path, location.origin);
  return url.origin === location.origin && url.pathname !== '/sign-in' ? url.pathname + url.search : '';
}

// Back to where somebody was; answers whether there was such a place.
function goOn() {
  const there = nextOf(encodeURIComponent(sessionStorage.getItem(NEXT) || ''));
  sessionStorage.removeItem(NEXT);
  if (there === '') return false;
  location.replace(there);
  return true;
}

async function send(method, path, body) {
  const headers = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET') headers['idempotency-key'] = crypto.randomUUID();
  let response;
  try {
    response = await fetch(path, {
      method, headers, credentials: 'same-origin', ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new Error('the control plane cannot be reached. Try again in a moment.');
  }
  const text = await response.text();
  let answer = {};
  try {
    answer = text === '' ? {} : JSON.parse(text);
  } catch {
    if (response.ok) throw new Error('something else than the control plane answered.');
  }
  if (response.ok) return answer;
  throw Object.assign(new Error(answer.detail || 'the server answered with status ' + response.status), { status: response.status });
}

async function useLink() {
  let begun;
  try {
    begun = await send('POST', '/v1/sign-in/link', { link });
  } catch (error) {
    if (error.status === 401) withoutLink();
    throw error.status === 401 ? new Error(NO_LINK) : error;
  }
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(begun.options);
  const made = await navigator.credentials.create({ publicKey });
  await send('POST', '/v1/sign-in/link/passkey', { name: 'first passkey', response: made.toJSON() });
  withoutLink();
}

async function usePasskey() {
  const { options } = await send('POST', '/v1/sign-in/passkey/options');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const used = await navigator.credentials.get({ publicKey });
  await send('POST', '/v1/sign-in/passkey', { response: used.toJSON() });
}

function withoutLink() {
  link = '';
  title('Sign in', 'With the passkey that you made here, on this device or your phone.');
  element('enter').textContent = 'Sign in with a passkey';
  show('note', true);
}

async function showMe() {
  const me = await send('GET', '/v1/me');
  title('You are signed in', 'This page may be closed; the session lasts at most twelve hours.');
  say('You are signed in as ' + me.name + ' (' + me.roles.join(', ') + ').');
  show('outside', false);
  show('inside', true);
  return me;
}

async function makeToken() {
  const me = await send('GET', '/v1/me');
  const { token, expires } = await send('POST', '/v1/api-tokens', { name: 'command line', roles: me.roles, days: 30 });
  element('token').textContent = token;
  element('command').textContent = 'writ login ' + location.origin;
  show('made', true);
  show('make', false);
  say('The token is good until ' + new Date(expires).toISOString().slice(0, 16).replace('T', ' ') + ' UTC.');
}

async function copyToken() {
  await navigator.clipboard.writeText(element('token').textContent);
  say('The token is copied.');
}

async function leave() {
  await send('POST', '/v1/sign-out');
  element('token').textContent = '';
  show('made', false);
  show('make', true);
  show('outside', true);
  show('inside', false);
  withoutLink();
  say('You are signed out.');
}

async function goToProvider(id) {
  const { url } = await send('POST', '/v1/sign-in/providers/' + id);
  location.assign(url);
}

const act = (id, work) => async () => {
  const button = element(id) || {};
  button.disabled = true;
  say('');
  try {
    await work();
  } catch (error) {
    say('That did not work: ' + (WORDS[error.name] || error.message), true);
  } finally {
    button.disabled = false;
  }
};
element('enter').addEventListener('click', act('enter', async () => {
  if (globalThis.PublicKeyCredential === undefined)
    throw new Error('this browser knows no passkeys, or this address is none that it uses them at.');
  await (link === '' ? usePasskey() : useLink());
  if (goOn()) return;
  await showMe();
  element('title').focus();
}));
element('make').addEventListener('click', act('make', async () => {
  await makeToken();
  element('token').focus();
}));
element('copy').addEventListener('click', act('copy', copyToken));
element('leave').addEventListener('click', act('leave', async () => {
  await leave();
  element('title').focus();
}));
for (const button of document.querySelectorAll('[data-provider]'))
  button.addEventListener('click', act('', () => goToProvider(button.dataset.provider)));

if (link !== '') {
  title('Make your passkey', 'You came with a link that is good once. It makes a passkey on this device, and signs you in.');
  element('enter').textContent = 'Make a passkey and sign in';
  show('note', false);
} else if (problem !== '') {
  say(BACK.get(problem) || BACK.get('other'), true);
} else {
  showMe().then(() => next !== '' && goOn()).catch((error) => {
    if (error.status !== 401) say('That did not work: ' + error.message, true);
  });
}
`;
