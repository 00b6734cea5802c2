/** Entity uids as values. */

/** Type and id of an entity; the id is data, any text. */
export class Uid {
  readonly type: string;
  readonly id: string;
  #key: string | undefined;

  constructor(type: string, id: string) {
    this.type = type;
    this.id = id;
  }

  /** As {@link uidKey}, made once. */
  get key(): string {
    this.#key ??= `${this.type}\0${this.id}`;
    return this.#key;
  }
}

/** The key of a uid in maps: a type holds no NUL, so two uids never share one. */
export function uidKey(uid: { readonly type: string; readonly id: string }): string {
  return uid instanceof Uid ? uid.key : `${uid.type}\0${uid.id}`;
}

/** `Agent::"bot"`. */
export function printUid({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type}::${JSON.stringify(id)}`;
}
