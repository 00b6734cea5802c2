/** The tasks that run in one session, which may not end before them. */
import type { Fault } from '@writ/core';
import type { RpcAnswer } from '../../rpc/index.ts';
import type { PrincipalTasks } from './desk.ts';
import { createdTask } from './extension.ts';
import type { OwnTask } from './own-task.ts';

/** A session's view of its principal's tasks. */
export class SessionTasks {
  /** Of the principal, whichever session they run in. */
  readonly all: PrincipalTasks;
  readonly #running = new Map<OwnTask, Promise<unknown>>();

  constructor(all: PrincipalTasks) {
    this.all = all;
  }

  /** Tasks under way here. */
  get size(): number {
    return this.#running.size;
  }

  /** `work` is what `task` stands for, and never rejects. */
  run(task: OwnTask, work: Promise<unknown>): void {
    const done = work.finally(() => this.#running.delete(task));
    this.#running.set(task, done);
  }

  /** Resolves once the work of `task` has ended; at once where it runs elsewhere. */
  async ended(task: OwnTask): Promise<void> {
    await this.#running.get(task);
  }

  /** The client left before it was given this answer: a task in it is nobody's. */
  abandon(answer: RpcAnswer): void {
    const created = createdTask(answer);
    if (created !== undefined)
      this.all.own(created.taskId)?.cancel('the client left before it was given the task');
  }

  /** Cancels everything under way here. */
  cancelAll(why: string, fault?: Fault): void {
    for (const task of this.#running.keys()) task.cancel(why, fault);
  }

  /** Resolves once nothing is under way here. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }
}
