/** Where tasks are kept: the gateway's own, and which server gave which. By principal, and bounded. */
import { BoundedMap, type Clock, type Fault, type Random, type Timers } from '@writ/core';
import { OwnTask, type OwnTaskOptions, type RemoteTask, type TaskHold } from './own-task.ts';

/** Own tasks, those that have ended and can still be asked for included. Beyond, a call waits as it does without tasks. */
const MAX_TASKS = 512;
const MAX_TASKS_OF_ONE = 128;
/** Length of kept results, in UTF-16 units. */
const MAX_KEPT = 128 * 1024 * 1024;
const MAX_KEPT_OF_ONE = 16 * 1024 * 1024;
/** Servers' tasks that are remembered for one principal; the least recently used is forgotten first. */
const MAX_REMOTE_OF_ONE = 256;
/** Principals; the least recently used is forgotten first, and its own tasks end as they would have. */
const MAX_PRINCIPALS = 10_000;
/** What timers can count, some 24 days; a task is not kept longer. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** 128 bits. */
const ID_BYTES = 16;
/** How an id of ours begins. */
const PREFIX = 'writ-task-';

/** What a desk stands on. */
export interface TaskDeskOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  readonly timers: Timers;
}

/** Room for one task. */
export interface TaskSlot {
  /** The call waits: its task. */
  begin(hold: TaskHold, giveUp: (why: Fault | string) => void): OwnTask;
  /** The call has ended. Where it never waited, the room is free again; else once nobody can ask for the task any more. */
  end(): void;
}

interface Usage {
  tasks: number;
  kept: number;
}

/** The tasks of a face. */
export class TaskDesk {
  readonly #options: TaskDeskOptions;
  readonly #principals = new BoundedMap<string, PrincipalTasks>(MAX_PRINCIPALS);
  readonly #open = new Set<OwnTask>();
  readonly #timers = new Set<() => void>();
  readonly #used: Usage = { tasks: 0, kept: 0 };

  constructor(options: TaskDeskOptions) {
    this.#options = options;
  }

  /** The tasks of `principal`, an opaque key. */
  of(principal: string): PrincipalTasks {
    const known = this.#principals.get(principal);
    if (known !== undefined) return known;
    const fresh = new PrincipalTasks((own) => this.#reserve(own));
    this.#principals.set(principal, fresh);
    return fresh;
  }

  /** Cancels what waits for a person; what runs goes on. */
  cancelWaiting(why: Fault): void {
    for (const task of this.#open) if (task.isWaiting) task.cancel(why.message, why);
  }

  /** Forgets everything. What is open has been cancelled before. */
  close(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#principals.clear();
  }

  #reserve(own: Book): TaskSlot | undefined {
    if (this.#used.tasks >= MAX_TASKS || own.used.tasks >= MAX_TASKS_OF_ONE) return undefined;
    this.#count(own, 'tasks', 1);
    const { clock, random } = this.#options;
    let task: OwnTask | undefined;
    let kept = 0;
    const mayKeep = (length: number): boolean => {
      if (this.#used.kept + length > MAX_KEPT || own.used.kept + length > MAX_KEPT_OF_ONE) return false;
      kept += length;
      this.#count(own, 'kept', length);
      return true;
    };
    return {
      begin: (hold, giveUp) => {
        const id = `${PREFIX}${Buffer.from(random.bytes(ID_BYTES)).toString('hex')}`;
        const options: OwnTaskOptions = { id, now: () => clock.now(), giveUp, mayKeep };
        task = new OwnTask(options, hold);
        own.tasks.set(id, task);
        this.#open.add(task);
        return task;
      },
      end: () => {
        if (task === undefined) return this.#count(own, 'tasks', -1);
        const { id, endsAt } = task;
        this.#open.delete(task);
        this.#later(endsAt - clock.now(), () => {
          own.tasks.delete(id);
          this.#count(own, 'tasks', -1);
          this.#count(own, 'kept', -kept);
        });
      },
    };
  }

  #count(own: Book, what: keyof Usage, change: number): void {
    this.#used[what] += change;
    own.used[what] += change;
  }

  #later(ms: number, act: () => void): void {
    const cancel = this.#options.timers.after(Math.min(Math.max(ms, 0), MAX_TIMER_MS), () => {
      this.#timers.delete(cancel);
      act();
    });
    this.#timers.add(cancel);
  }
}

/** What one principal has. */
interface Book {
  readonly used: Usage;
  readonly tasks: Map<string, OwnTask>;
}

/** The tasks of one principal: nobody else's are known here. */
export class PrincipalTasks {
  readonly #book: Book = { used: { tasks: 0, kept: 0 }, tasks: new Map() };
  readonly #remote = new BoundedMap<string, RemoteTask>(MAX_REMOTE_OF_ONE);
  readonly #reserve: (own: Book) => TaskSlot | undefined;

  constructor(reserve: (own: Book) => TaskSlot | undefined) {
    this.#reserve = reserve;
  }

  /** Room for a task; `undefined` where there is none. */
  reserve(): TaskSlot | undefined {
    return this.#reserve(this.#book);
  }

  /** A task of the gateway's own. */
  own(id: string): OwnTask | undefined {
    return this.#book.tasks.get(id);
  }

  /** A server's task, by the id that the client was given. */
  remote(id: string): RemoteTask | undefined {
    return this.#remote.get(id);
  }

  /** Remembers a server's task; the id for the client. `isAlone`: no other server could give the same one. */
  remember(task: RemoteTask, isAlone: boolean): string {
    const id = isAlone && !task.id.startsWith(PREFIX) ? task.id : `${task.server}:${task.id}`;
    this.#remote.set(id, task);
    return id;
  }
}
