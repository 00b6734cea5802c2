/** What the page of signing in does in the browser. Nothing here is secret, and nothing is kept in the browser but the session's cookie. */
export const SIGN_IN_SCRIPT = `'use strict';
const element = (id) => document.getElementById(id);
const say = (text) => { element('said').textContent = text; };
const show = (id, isShown) => { element(id).hidden = !isShown; };

// The link is good once: it leaves the address bar before anything else happens.
const link = location.hash.startsWith('#link=') ? location.hash.slice('#link='.length) : '';
if (link !== '') history.replaceState(null, '', location.pathname);

async function send(method, path, body) {
  const headers = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET') headers['idempotency-key'] = crypto.randomUUID();
  const response = await fetch(path, {
    method, headers, credentials: 'same-origin', ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text === '' ? {} : JSON.parse(text);
  if (!response.ok) throw new Error(answer.detail || 'the server answered with status ' + response.status);
  return answer;
}

async function useLink() {
  const { options } = await send('POST', '/v1/sign-in/link', { link });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const made = await navigator.credentials.create({ publicKey });
  await send('POST', '/v1/sign-in/link/passkey', { name: 'first passkey', response: made.toJSON() });
}

async function usePasskey() {
  const { options } = await send('POST', '/v1/sign-in/passkey/options');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const used = await navigator.credentials.get({ publicKey });
  await send('POST', '/v1/sign-in/passkey', { response: used.toJSON() });
}

async function showMe() {
  const me = await send('GET', '/v1/me');
  say('You are signed in as ' + me.name + ' (' + me.roles.join(', ') + ').');
  show('enter', false);
  show('inside', true);
  return me;
}

async function makeToken() {
  const me = await send('GET', '/v1/me');
  const { token, expires } = await send('POST', '/v1/api-tokens', { name: 'command line', roles: me.roles, days: 30 });
  element('token').textContent = token;
  say('It is shown this once, and good until ' + new Date(expires).toISOString() + '. Run: writ login ' + location.origin);
}

async function leave() {
  await send('POST', '/v1/sign-out');
  element('token').textContent = '';
  show('enter', true);
  show('inside', false);
  say('You are signed out.');
}

const act = (work) => async () => {
  try {
    await work();
  } catch (error) {
    say('That did not work: ' + error.message);
  }
};
element('enter').addEventListener('click', act(async () => {
  await (link === '' ? usePasskey() : useLink());
  await showMe();
}));
element('make').addEventListener('click', act(makeToken));
element('leave').addEventListener('click', act(leave));
if (link !== '') element('enter').textContent = 'Make a passkey and sign in';
else showMe().catch(() => say(''));
`;
