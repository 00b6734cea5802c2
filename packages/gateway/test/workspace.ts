/** Folders, policies and configurations for tests over real processes. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { JsonObject } from '@writ/core';
import { onTestFinished } from 'vitest';

const GATEWAY = fileURLToPath(new URL('./fixtures/gateway.ts', import.meta.url));

/** Permits everything, results and what servers start included. */
export const ALLOW_ALL = '@id("allow-all")\npermit (principal, action, resource);\n';

/** A server of a test's configuration. */
export interface TestServer {
  readonly command: readonly string[];
  /** In place of the command. */
  readonly url?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly trusted?: boolean;
  readonly auth?: JsonObject;
}

/** A folder that is gone after the test. */
export class Workspace {
  /** Without symbolic links, so that servers that resolve paths agree. */
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), 'writ-gateway-')));
  readonly #clients: Client[] = [];

  constructor() {
    onTestFinished(() => this.close());
  }

  /** Writes a file and returns its path. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** Writes a configuration for these servers and policies. */
  configure(
    name: string,
    servers: Readonly<Record<string, TestServer>>,
    policies: string,
    more: JsonObject = {},
  ): string {
    this.write(`${name}/all.cedar`, policies);
    const config: JsonObject = {
      policies: [`./${name}/all.cedar`],
      agent: { id: 'test-agent' },
      data: `./${name}/data`,
      ...more,
      servers: Object.fromEntries(
        Object.entries(servers).map(([server, one]) => [
          server,
          {
            ...(one.url === undefined ? { command: [...one.command] } : { url: one.url }),
            trusted: one.trusted ?? true,
            ...(one.env === undefined ? {} : { env: one.env }),
            ...(one.auth === undefined ? {} : { auth: one.auth }),
          },
        ]),
      ),
    };
    return this.write(`${name}.yaml`, JSON.stringify(config));
  }

  /** The SDK's client, connected to a server as its own process. */
  async connect(command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Client> {
    const [program = '', ...args] = command;
    const client = new Client(
      { name: 'test-client', version: '1.0.0' },
      { capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: {} } },
    );
    client.setRequestHandler('roots/list', () => ({ roots: [] }));
    await client.connect(
      new StdioClientTransport({
        command: program,
        args,
        env: { PATH: process.env['PATH'] ?? '', ...env },
        stderr: 'ignore',
      }),
    );
    this.#clients.push(client);
    return client;
  }

  /** The same, through a gateway. */
  connectThrough(config: string): Promise<Client> {
    return this.connect([process.execPath, GATEWAY, config]);
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
