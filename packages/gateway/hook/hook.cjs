'use strict';
// The hook of Writ, one file: what a coding agent starts before and after each call. Printed by scripts/build-hook.mjs from
// packages/gateway/src/hook/client, where its reasons are written. Do not edit it. Apache-2.0.
const { closeSync, lstatSync, openSync, read, readFileSync, readSync, statSync, unlinkSync, writeSync } = require('node:fs');
const { connect } = require('node:net');
const K              = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);
function sha256(...parts                       )             {
  let length = 0;
  for (const part of parts) length += part.length;
  const padded = new Uint8Array((((length + 8) >> 6) + 1) << 6);
  let at = 0;
  for (const part of parts) {
    padded.set(part, at);
    at += part.length;
  }
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padded.length - 4, (length << 3) >>> 0);
  const state = new Uint32Array([
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ]);
  const words = new Uint32Array(64);
  for (let block = 0; block < padded.length; block += 64) compress(state, words, view, block);
  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  for (let index = 0; index < 8; index += 1) out.setUint32(index * 4, state[index] ?? 0);
  return digest;
}
function compress(state             , words             , view          , block        )       {
  for (let index = 0; index < 16; index += 1) words[index] = view.getUint32(block + index * 4);
  for (let index = 16; index < 64; index += 1) {
    const far = words[index - 15] ?? 0;
    const near = words[index - 2] ?? 0;
    const one = turned(far, 7) ^ turned(far, 18) ^ (far >>> 3);
    const two = turned(near, 17) ^ turned(near, 19) ^ (near >>> 10);
    words[index] = (words[index - 16] ?? 0) + one + (words[index - 7] ?? 0) + two;
  }
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  let e = state[4] ?? 0;
  let f = state[5] ?? 0;
  let g = state[6] ?? 0;
  let h = state[7] ?? 0;
  for (let index = 0; index < 64; index += 1) {
    const sum1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + (K[index] ?? 0) + (words[index] ?? 0)) | 0;
    const sum0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
  state[4] = (state[4] ?? 0) + e;
  state[5] = (state[5] ?? 0) + f;
  state[6] = (state[6] ?? 0) + g;
  state[7] = (state[7] ?? 0) + h;
}
function turned(value        , by        )         {
  return (value >>> by) | (value << (32 - by));
}
function hmac(key            , ...parts                       )             {
  const inner = new Uint8Array(64).fill(0x36);
  const outer = new Uint8Array(64).fill(0x5c);
  for (const [index, byte] of key.entries()) {
    inner[index] = 0x36 ^ byte;
    outer[index] = 0x5c ^ byte;
  }
  return sha256(outer, sha256(inner, ...parts));
}
function sameBytes(one            , other            )          {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (const [index, byte] of one.entries()) difference |= byte ^ (other[index] ?? 0);
  return difference === 0;
}
const MAGIC             = new TextEncoder().encode('writ-hook/1\n');
const PROOF_BYTES = 32;
const MAX_FRAME_BYTES         = 8 * 1024 * 1024;
const MAX_ABOUT_BYTES         = 64 * 1024;
const SOCKET_NAME = 'hook.sock';
const SECRET_NAME = 'hook.secret';
function proof(
  keys      ,
  role                                           ,
  ...parts
)             {
  const lengths = parts.map(({ length }) => length).join(' ');
  const label = new TextEncoder().encode(`writ-hook/1 ${role} ${lengths}\n`);
  return hmac(keys.secret, label, keys.client, keys.daemon, ...parts);
}
function lengthOf(bytes            )             {
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, bytes.length);
  return head;
}
class Incoming {
  #chunks               = [];
  #length = 0;
  #expected = 4;
  push(chunk            )       {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }
  get length()         {
    return this.#length;
  }
  take(count        )                         {
    if (this.#length < count) return undefined;
    const all = this.#whole();
    this.#chunks = [all.subarray(count)];
    this.#length -= count;
    return all.subarray(0, count);
  }
  frame(most         = MAX_FRAME_BYTES)                         {
    if (this.#length < this.#expected) return undefined;
    const all = this.#whole();
    this.#chunks = [all];
    const size = new DataView(all.buffer, all.byteOffset, 4).getUint32(0);
    if (size > most) throw new Error(`a frame is longer than ${most} bytes`);
    this.#expected = 4 + size;
    if (this.#length < this.#expected) return undefined;
    this.#expected = 4;
    this.take(4);
    return this.take(size);
  }
  #whole()             {
    const [only] = this.#chunks;
    if (this.#chunks.length === 1 && only !== undefined) return only;
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}
const OTHERS = 0o077;
function checkFolder(folder        )       {
  const { mode, uid } = checked(folder, 'isDirectory');
  refuseOthers(folder, mode, uid);
}
function readSecret(folder        )             {
  const path = `${folder}/${SECRET_NAME}`;
  const { mode, uid } = checked(path, 'isFile');
  refuseOthers(path, mode, uid);
  const secret = readFileSync(path);
  if (secret.length !== PROOF_BYTES) throw new Error(`\`${path}\` is no secret of ${PROOF_BYTES} bytes`);
  return secret;
}
function checked(
  path        ,
  kind                          ,
)                                                  {
  const found = lstatSync(path);
  if (!found[kind]()) throw new Error(`\`${path}\` is not what it should be, or a link`);
  return found;
}
function refuseOthers(path        , mode        , uid        )       {
  if (uid !== process.getuid?.()) throw new Error(`\`${path}\` belongs to another user`);
  if ((mode & OTHERS) !== 0) throw new Error(`\`${path}\` is open to others: chmod go= ${path}`);
}
function askDaemon(folder        , question          )                      {
  checkFolder(folder);
  const socket = within(folder, () => connect(SOCKET_NAME));
  return new Promise            ((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the daemon ended without an answer')));
    converse(socket, folder, question).then(resolve, reject);
  }).finally(() => socket.destroy());
}
async function converse(socket        , folder        , { about, payload }          )                      {
  const incoming = new Incoming();
  let wake = ()       => undefined;
  socket.on('data', (chunk) => {
    incoming.push(chunk);
    wake();
  });
  const next = async (read                              )                      => {
    for (;;) {
      const found = read();
      if (found !== undefined) return found;
      await new Promise      ((resolve) => {
        wake = resolve;
      });
    }
  };
  const client = randomBytes(PROOF_BYTES);
  socket.write(Buffer.concat([MAGIC, client]));
  const daemon = await next(() => incoming.take(PROOF_BYTES));
  const keys       = { secret: readSecret(folder), client, daemon };
  const shown = await next(() => incoming.take(PROOF_BYTES));
  if (!sameBytes(shown, proof(keys, 'daemon'))) throw new Error('what answers there is not the daemon');
  // Nothing of the call leaves before both have shown who they are.
  socket.write(proof(keys, 'client'));
  const said = await payload;
  socket.write(
    Buffer.concat([lengthOf(about), about, lengthOf(said), said, proof(keys, 'request', about, said)]),
  );
  const reply = await next(() => incoming.frame());
  const end = await next(() => incoming.take(PROOF_BYTES));
  if (!sameBytes(end, proof(keys, 'reply', reply))) throw new Error('the answer is not the daemon’s');
  return reply;
}
function within      (folder        , act            )       {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return act();
  } finally {
    process.chdir(before);
  }
}
function randomBytes(count        )             {
  const bytes = new Uint8Array(count);
  const file = openSync('/dev/urandom', 'r');
  try {
    if (readSync(file, bytes, 0, count, null) !== count) throw new Error('the kernel gives no random bytes');
  } finally {
    closeSync(file);
  }
  return bytes;
}
const LOCK_NAME = 'starting';
const DAEMON_LOG_NAME = 'daemon.log';
const STALE_MS = 20_000;
function claimStart(folder        )          {
  return isFirst(`${folder}/${LOCK_NAME}`);
}
function giveUpStart(folder        )       {
  remove(`${folder}/${LOCK_NAME}`);
}
function startDaemon(
  folder        ,
  command                   ,
  failed                         ,
)       {
  const [program, ...words] = command;
  if (program === undefined) return;
  const { NODE_OPTIONS: _, ...env } = process.env;
  const log = openSync(`${folder}/${DAEMON_LOG_NAME}`, 'w', 0o600);
  const daemon = require('node:child_process').spawn(program, words, { cwd: '/', detached: true, stdio: ['ignore', 'ignore', log], env });
  closeSync(log);
  const give = (why        )       => {
    giveUpStart(folder);
    failed(new Error(`${why}; \`${folder}/${DAEMON_LOG_NAME}\` says more`));
  };
  daemon.on('error', (cause) => give(`the daemon cannot be started (${cause.message})`));
  // Where another one answers already it ends well.
  daemon.on('exit', (code) => code === 0 || give('the daemon did not start'));
  daemon.unref();
}
function isFirst(lock        )          {
  try {
    if (Date.now() - statSync(lock).mtimeMs > STALE_MS) unlinkSync(lock);
  } catch {
    // Nobody starts it now.
  }
  try {
    closeSync(openSync(lock, 'wx', 0o600));
    return true;
  } catch {
    return false;
  }
}
function remove(file        )       {
  try {
    unlinkSync(file);
  } catch {
    // It is gone already.
  }
}
const NOBODY                                  = new Set(['ENOENT', 'ECONNREFUSED', 'EAGAIN']);
const RETRY_MS = { first: 10, most: 250, factor: 1.5 };
async function meetDaemon(ports              )                      {
  const tried = async ()                                  => {
    const asked = ports.ask();
    try {
      return await asked;
    } catch (thrown) {
      if (ports.canStart && NOBODY.has((thrown                              ).code)) return undefined;
      throw thrown;
    }
  };
  for (let pause = RETRY_MS.first; ; pause = Math.min(pause * RETRY_MS.factor, RETRY_MS.most)) {
    const reply = await tried();
    if (reply !== undefined) return reply;
    if (ports.claim()) {
      // One that came to answer between the question and the claim is asked, and no second one started.
      const again = await tried().catch((thrown         ) => {
        ports.giveUp();
        throw thrown;
      });
      if (again !== undefined) {
        ports.giveUp();
        return again;
      }
      ports.start();
    }
    await ports.wait(pause);
  }
}
function denial(host        , reason        )            {
  const stdout = `${JSON.stringify(denied(host, reason))}\n`;
  // Copilot reads what is printed only where the process ended well; the others block by 2 (mcp-and-hooks, section 3.2).
  return { stdout, stderr: `${reason}\n`, exitCode: host === 'copilot' ? 0 : 2 };
}
function denied(host        , reason        )         {
  switch (host) {
    case 'cursor':
      return { permission: 'deny', user_message: reason, agent_message: reason };
    case 'copilot':
      return { permissionDecision: 'deny', permissionDecisionReason: reason };
    case 'gemini':
      return { decision: 'deny', reason };
    case 'opencode':
      return { kind: 'deny', reason };
    default:
      return {
        hookSpecificOutput: {
          hookEventName: 'PreToolUse',
          permissionDecision: 'deny',
          permissionDecisionReason: reason,
        },
      };
  }
}
function withheld(host        , reason        )            {
  return { stdout: `${JSON.stringify(keptBack(host, reason))}\n`, stderr: `${reason}\n`, exitCode: 0 };
}
function keptBack(host        , reason        )         {
  switch (host) {
    case 'cursor':
      return { additional_context: reason };
    case 'copilot':
      // A `failure` here would be a result of its own, with its own event.
      return { modifiedResult: { textResultForLlm: reason, resultType: 'success' } };
    case 'gemini':
      return { decision: 'deny', reason };
    case 'opencode':
      return { kind: 'output', output: { title: '', output: reason, metadata: {} } };
    case 'codex':
      return { decision: 'block', reason };
    default:
      return {
        decision: 'block',
        reason,
        hookSpecificOutput: { hookEventName: 'PostToolUse', updatedToolOutput: reason },
      };
  }
}
const DEADLINE_MS = 20_000;
const CHUNK_BYTES = 65_536;
const LAST_WORDS_MS = 200;
function main(words                   )       {
  const end = words.indexOf('--');
  const options = new Map                ();
  const named = end < 0 ? words : words.slice(0, end);
  for (let at = 0; at + 1 < named.length; at += 2) options.set(named[at] ?? '', named[at + 1] ?? '');
  const host = options.get('--host') ?? '';
  const refuse = options.get('--event') === 'after' ? withheld : denial;
  const deny = (why        )       =>
    say(refuse(host, `Writ denied this: ${why}`), Date.now() + LAST_WORDS_MS);
  const fail = (thrown         )       => deny(thrown instanceof Error ? thrown.message : 'the hook failed');
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGPIPE']         )
    process.on(signal, () => deny(`the hook was ended by ${signal}`));
  const asked = Number(options.get('--deadline') ?? DEADLINE_MS);
  const deadline = Number.isFinite(asked) && asked > 0 ? asked : DEADLINE_MS;
  setTimeout(
    () => deny(`nobody answered within ${deadline} ms; \`writ daemon status\` tells more`),
    deadline,
  );
  const until = Date.now() + deadline;
  const folder = options.get('--folder') ?? '';
  const about = {
    host,
    event: options.get('--event') ?? '',
    cwd: process.cwd(),
    // Where Claude Code was started; the folder that it names with each call goes along with its shell.
    project: process.env['CLAUDE_PROJECT_DIR'] ?? '',
  };
  const question = { about: new TextEncoder().encode(JSON.stringify(about)), payload: readAll() };
  const command = end < 0 ? [] : words.slice(end + 1);
  meetDaemon({
    ask: () => askDaemon(folder, question),
    canStart: command.length > 0,
    claim: () => claimStart(folder),
    giveUp: () => giveUpStart(folder),
    start: () => startDaemon(folder, command, fail),
    wait: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
  }).then((reply) => say(readReply(reply), until), fail);
}
function readReply(bytes            )            {
  const reply = JSON.parse(new TextDecoder().decode(bytes))                      ;
  const { stdout, stderr, exitCode } = reply;
  if (typeof stdout !== 'string' || typeof stderr !== 'string' || !Number.isInteger(exitCode))
    throw new Error('the daemon answered with something else');
  return { stdout, stderr, exitCode: exitCode ?? 2 };
}
function readAll()                      {
  return new Promise((resolve, reject) => {
    const chunks               = [];
    let length = 0;
    const next = ()       => {
      const chunk = new Uint8Array(CHUNK_BYTES);
      read(0, chunk, 0, CHUNK_BYTES, null, (cause, count) => {
        if (cause?.code === 'EAGAIN') return void setTimeout(next, 1);
        if (cause !== null && cause.code !== 'EOF') return reject(cause);
        if (count === 0 || cause !== null) return resolve(Buffer.concat(chunks));
        chunks.push(chunk.subarray(0, count));
        length += count;
        return length > MAX_FRAME_BYTES ? reject(new Error('the call is longer than 8 MiB')) : next();
      });
    };
    next();
  });
}
function say({ stdout, stderr, exitCode }           , until        )        {
  write(2, stderr, until);
  // INVARIANT: a host that got half of an answer does not get a good end with it.
  process.exit(write(1, stdout, until) ? exitCode : 2);
}
function write(file        , text        , until        )          {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at);
    } catch (thrown) {
      if ((thrown                              ).code !== 'EAGAIN' || Date.now() > until) return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
  return true;
}
main(process.argv.slice(2));
