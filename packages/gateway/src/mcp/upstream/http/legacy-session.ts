/** The session that a legacy server began, as headers. */
import type { IncomingHttpHeaders } from 'node:http';
import { isJsonObject, ownProperty } from '@writ/core';
import type { RpcAnswer } from '../../rpc/index.ts';
import { broken } from './link.ts';

/** MCP 2025-11-25, Streamable HTTP: visible ASCII. */
const SESSION_ID = /^[\x21-\x7e]{1,1024}$/;
const VERSION = /^\d{4}-\d{2}-\d{2}$/;

/** What was agreed when it was initialised. */
export class LegacySession {
  readonly #server: string;
  #id: string | undefined;
  #version: string | undefined;

  constructor(server: string) {
    this.#server = server;
  }

  /** Whether the server keeps a session that it can end. */
  get hasId(): boolean {
    return this.#id !== undefined;
  }

  /** Names and values in turn, for every message after the first. */
  get headers(): readonly string[] {
    const version = this.#version === undefined ? [] : ['mcp-protocol-version', this.#version];
    return this.#id === undefined ? version : [...version, 'mcp-session-id', this.#id];
  }

  /** Forgets it, before another is begun. */
  forget(): void {
    this.#id = undefined;
    this.#version = undefined;
  }

  /** Takes the head of the answer to `initialize`. Throws `upstream.protocol` for an id that cannot stand in a header. */
  begin(headers: IncomingHttpHeaders): void {
    const id = headers['mcp-session-id'];
    if (id === undefined) return;
    if (typeof id !== 'string' || !SESSION_ID.test(id))
      throw broken(this.#server, 'its session id is not of visible ASCII');
    this.#id = id;
  }

  /** Takes the answer to `initialize`. */
  agree(answer: RpcAnswer): void {
    const result = 'result' in answer && isJsonObject(answer.result) ? answer.result : {};
    const version = ownProperty(result, 'protocolVersion');
    if (typeof version === 'string' && VERSION.test(version)) this.#version = version;
  }
}
