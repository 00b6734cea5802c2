/** Entity uids as values. */

/** Type and id of an entity; the id is data, any text. */
export class Uid {
  readonly type: string;
  readonly id: string;

  constructor(type: string, id: string) {
    this.type = type;
    this.id = id;
  }
}

/** The key of a uid in maps: a type holds no NUL, so two uids never share one. */
export function uidKey({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type}\0${id}`;
}

/** `Agent::"bot"`. */
export function printUid({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type}::${JSON.stringify(id)}`;
}
