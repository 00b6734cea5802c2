/** The service that other gateways ask, for its tests. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSigningKey,
  isJsonObject,
  type JsonObject,
  publicKeyText,
  type SigningKey,
  systemClock,
  systemRandom,
} from '@writ/core';
import { onTestFinished } from 'vitest';
import { createTokenText, TokenFolder, tokenHash, tokenId } from '../../src/auth/index.ts';
import { openAuthz, type RunningAuthz } from '../../src/authz/index.ts';
import { parseConfig } from '../../src/config/index.ts';

const POLICY = `
@id("reads") permit (principal == Agent::"bot", action == Action::"resources/read", resource);
@id("no-secrets") forbid (principal, action == Action::"resources/read", resource == Data::"file:///secret");
@id("web") permit (principal, action == Action::"network/egress", resource == Host::"api.test")
when { context.args has path && context.args.path like "/v1/*" && context.args.scheme == "https" };
@id("ask") @verdict("step_up") @approvers("ann") forbid (principal, action == Action::"network/egress", resource)
when { context.args has method && context.args.method == "DELETE" };
@id("card") @redact("payment-card") permit (principal == Agent::"payer", action == Action::"resources/read", resource);
@id("no-cards") forbid (principal, action == Action::"network/egress", resource) when { context.findings.contains("payment-card") };
`;

/** A running service, and what asks it. */
export interface Service {
  readonly running: RunningAuthz;
  readonly url: string;
  readonly token: string;
  /** Of the approver `ann`. */
  readonly key: SigningKey;
  post(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<{ readonly status: number; readonly json: JsonObject; readonly headers: Headers }>;
  entries(): readonly string[];
}

/** One that ends with its test; `scopes` are those of its only token. */
export async function service(scopes: readonly string[] = ['authz']): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-authz-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies/a.cedar'), POLICY);
  const text = 'policies: [policies]\nagent: {id: node-agent}\nauthz: {listen: "127.0.0.1:0"}\n';
  const { key } = createSigningKey('ann', systemRandom);
  const approvals = `approvals: {approvers: [{id: ann, key: "${publicKeyText(key)}"}]}\n`;
  const running = await openAuthz({
    config: parseConfig(text + approvals, join(folder, 'writ.yaml')),
    report: () => {},
  });
  onTestFinished(() => running.close());
  const token = createTokenText(systemRandom);
  const hash = tokenHash(token);
  const now = systemClock.now();
  new TokenFolder(join(folder, '.writ')).add({
    id: tokenId(hash),
    hash: hash.toString('hex'),
    agent: { id: 'envoy' },
    scopes,
    created: now,
    expires: now + 60_000,
  });
  const { url } = running.started;
  return {
    running,
    url,
    token,
    key,
    async post(path, body, headers = { authorization: `Bearer ${token}` }) {
      const answer = await fetch(`${url}${path}`, {
        method: 'POST',
        headers,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return { status: answer.status, json: (await answer.json()) as JsonObject, headers: answer.headers };
    },
    entries() {
      const { reader } = running.node;
      return Array.from(
        { length: reader.size() },
        (_one, index) => JSON.parse(JSON.stringify(reader.entry(index).entry)) as JsonObject,
      ).flatMap(({ kind, decision, outcome }) => {
        if (kind === 'decision' && isJsonObject(decision)) return [words('decision', decision['verdict'])];
        return kind === 'outcome' ? [words('outcome', outcome)] : [];
      });
    },
  };
}

/** The texts among `all`, as one. */
export function words(...all: readonly unknown[]): string {
  return all.filter((one) => typeof one === 'string').join(' ');
}
