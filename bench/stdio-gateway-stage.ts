// The stdio face over a stage of the way, or the bare forwarder, in front of a server that it starts: `STAGE FOLDER PROGRAM ARGUMENTS…`.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { runStdioGateway } from '@writ/gateway/mcp';

import { stagePorts } from './stage.ts';
import { SERVER } from './typical.ts';

const [stage = '', folder = '', ...command] = process.argv.slice(2);

if (stage === 'forward') {
  await forward();
} else {
  process.exitCode = await runStdioGateway({
    ports: await stagePorts(stage, folder),
    servers: [{ name: SERVER, command, isTrusted: true }],
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
  });
  // The stage's log is not closed: what it cost has been measured, and the folder is removed.
  process.exit();
}

/** Parses and writes each line, both ways. */
async function forward(): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const copy = async (from: NodeJS.ReadableStream, to: NodeJS.WritableStream): Promise<void> => {
    for await (const line of createInterface({ input: from }))
      to.write(`${JSON.stringify(JSON.parse(line))}\n`);
    to.end();
  };
  await Promise.all([copy(process.stdin, child.stdin), copy(child.stdout, process.stdout)]);
}
