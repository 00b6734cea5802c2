/** The plug-in of OpenCode: it starts the hook for each call, and throws where the hook says no or says nothing that is a yes. */

/** The text of the plug-in. `words`: the hook's program and words without `--event`; milliseconds after which it stops waiting. */
export function pluginText(words: readonly string[], daemon: readonly string[], limitMs: number): string {
  return `// Writ's plug-in, written by \`writ hook install opencode\`. Whatever goes wrong in here stops the call.
import { spawn } from 'node:child_process';

const HOOK = ${JSON.stringify(words)};
const DAEMON = ${JSON.stringify(daemon)};

function ask(event, payload) {
  return new Promise((resolve, reject) => {
    const { NODE_OPTIONS: _, NODE_EXTRA_CA_CERTS: __, ...env } = process.env;
    const [program, ...rest] = HOOK;
    const child = spawn(program, [...rest, '--event', event, '--', ...DAEMON], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    const late = setTimeout(() => child.kill('SIGKILL'), ${limitMs});
    child.stdout.on('data', (chunk) => { stdout += chunk; });
    child.stderr.on('data', (chunk) => { stderr += chunk; });
    child.on('error', reject);
    child.stdin.on('error', () => {});
    child.on('close', (code) => {
      clearTimeout(late);
      if (code !== 0) return reject(new Error(stderr.trim() || 'Writ’s hook failed, and so this was not run'));
      try { resolve(JSON.parse(stdout)); } catch { reject(new Error('Writ’s hook answered with something else')); }
    });
    child.stdin.end(JSON.stringify(payload));
  });
}

export const Writ = async ({ directory, worktree }) => ({
  'tool.execute.before': async (input, output) => {
    const { tool, sessionID, callID } = input;
    const answer = await ask('before', { event: 'tool.execute.before', tool, sessionID, callID, args: output.args, directory, worktree });
    if (answer?.kind !== 'allow') throw new Error(answer?.reason ?? 'Writ denied this');
    if (answer.input !== undefined) output.args = answer.input;
  },
  'tool.execute.after': async (input, output) => {
    const { tool, sessionID, callID, args } = input;
    const { title, output: text, metadata } = output;
    let answer;
    try {
      answer = await ask('after', { event: 'tool.execute.after', tool, sessionID, callID, args, output: { title, output: text, metadata }, directory, worktree });
    } catch (error) {
      Object.assign(output, { title: 'withheld', output: String(error?.message ?? error), metadata: {} });
      return;
    }
    if (answer?.kind === 'output') Object.assign(output, answer.output);
    else if (answer?.kind !== 'allow') Object.assign(output, { title: 'withheld', output: answer?.reason ?? 'Writ withheld this', metadata: {} });
  },
});
`;
}
