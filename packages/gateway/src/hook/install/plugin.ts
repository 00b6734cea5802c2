/** The plug-in of OpenCode: it starts the hook for each call, and throws where the hook says no or says nothing that is a yes. */

/** The text of the plug-in. `words`: the hook's program and words without `--event`; milliseconds after which it stops waiting. */
export function pluginText(words: readonly string[], daemon: readonly string[], limitMs: number): string {
  return `// Writ's plug-in, written by \`writ hook install opencode\`. Whatever goes wrong in here stops the call.
import { spawn } from 'node:child_process';

const HOOK = ${JSON.stringify(words)};
const DAEMON = ${JSON.stringify(daemon)};

// OpenCode goes on with the very objects that it handed over: another one in their place would change nothing.
function become(target, source) {
  for (const key of Object.keys(target)) if (!Object.hasOwn(source, key)) delete target[key];
  Object.assign(target, source);
}

function ask(event, payload) {
  return new Promise((resolve, reject) => {
    const { NODE_OPTIONS: _, NODE_EXTRA_CA_CERTS: __, ...env } = process.env;
    const [program, ...rest] = HOOK;
    const child = spawn(program, [...rest, '--event', event, '--', ...DAEMON], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    const late = setTimeout(() => child.kill('SIGKILL'), ${limitMs});
    child.stdout.setEncoding('utf8').on('data', (chunk) => { stdout += chunk; });
    child.stderr.setEncoding('utf8').on('data', (chunk) => { stderr += chunk; });
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
    if (answer.input !== undefined) become(output.args, answer.input);
  },
  'tool.execute.after': async (input, output) => {
    const { tool, sessionID, callID, args } = input;
    const { title, output: text, metadata, content } = output;
    // Tools of MCP servers bring back a list, the others a text; pictures beside either go with a result that is changed.
    const isList = Array.isArray(content);
    const withhold = (reason) => become(output, isList ? { content: [{ type: 'text', text: reason }] } : { title: 'withheld', output: reason, metadata: {} });
    const result = isList ? { content } : { title, output: text, metadata };
    let answer;
    try {
      answer = await ask('after', { event: 'tool.execute.after', tool, sessionID, callID, args, output: result, directory, worktree });
    } catch (error) {
      withhold(String(error?.message ?? error));
      return;
    }
    if (answer?.kind === 'allow') return;
    const shown = answer?.kind === 'output' ? answer.output : undefined;
    if (shown !== undefined && Array.isArray(shown.content) === isList) become(output, shown);
    else withhold(shown?.output ?? answer?.reason ?? 'Writ withheld this');
  },
});
`;
}
