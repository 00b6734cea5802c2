/** What the page that signs a command in does in the browser. It holds nothing secret: the code alone gives nothing. */
export const DEVICE_SCRIPT = `'use strict';
const element = (id) => document.getElementById(id);
const say = (text) => { element('said').textContent = text; };
const show = (id, isShown) => { element(id).hidden = !isShown; };

const linked = location.hash.startsWith('#code=') ? decodeURIComponent(location.hash.slice('#code='.length)) : '';
if (linked !== '') history.replaceState(null, '', location.pathname);
element('code').value = linked;
let looked = '';

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

async function enter() {
  let me;
  try {
    me = await send('GET', '/v1/me');
  } catch {
    show('outside', true);
    say('You are not signed in here.');
    return;
  }
  show('outside', false);
  show('inside', true);
  say('You are signed in as ' + me.name + '.');
  if (element('code').value !== '') await look();
}

async function look() {
  show('asked', false);
  looked = element('code').value;
  const login = await send('POST', '/v1/device-logins/view', { user_code: looked });
  const from = login.address === undefined ? '' : ', from the address ' + login.address;
  element('who').textContent = 'A command asks to act for you. It says that it runs on ' + login.host + from + '. Its code is ' + looked.toUpperCase() + '.';
  element('gives').textContent = login.roles.length === 0
    ? 'It asks for what you may not do yourself, so you cannot sign it in.'
    : 'It would be given an API token with which it can do what you can as ' + login.roles.join(', ') + ', for ' + login.days + ' days.';
  show('asked', true);
}

// What is answered is what was looked at, whatever stands in the field by now.
async function answer(word) {
  const { host } = await send('POST', '/v1/device-logins/answer', { user_code: looked, answer: word });
  show('asked', false);
  show('inside', false);
  say(word === 'approve'
    ? 'The command on ' + host + ' is signed in. You may close this page; "writ tokens list" shows its token.'
    : 'It was refused. If somebody sent you the code, tell whoever runs this server.');
}

const act = (work) => async () => {
  try {
    await work();
  } catch (error) {
    say('That did not work: ' + error.message);
  }
};
element('again').addEventListener('click', act(enter));
element('look').addEventListener('click', act(look));
element('approve').addEventListener('click', act(() => answer('approve')));
element('deny').addEventListener('click', act(() => answer('deny')));
act(enter)();
`;
