/** The fixture of the conformance suite, a real server of the official SDK that speaks both eras, as a process of the test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { UpstreamConfig } from '../../src/mcp/index.ts';

const HTTP = fileURLToPath(new URL('../conformance/fixture/http.ts', import.meta.url));
const STDIO = fileURLToPath(new URL('../conformance/fixture/stdio.ts', import.meta.url));

/** How the fixture is reached. */
export type Transport = 'http' | 'stdio';

/** A running fixture, spoken to in `era`. */
export async function fixture(
  transport: Transport,
  era: 'modern' | 'legacy' | 'auto',
): Promise<UpstreamConfig> {
  if (transport === 'stdio') return { name: 'fixture', command: [process.execPath, STDIO], era };
  const child = spawn(process.execPath, [HTTP], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url } = JSON.parse(line.toString()) as { url: string };
  return { name: 'fixture', url, era };
}
