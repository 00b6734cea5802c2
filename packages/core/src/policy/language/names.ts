/** Names of entities and effects, as policy text writes them. */

/** Type and id of a Cedar entity; the type may have a namespace (`A::B`), the id is data: any text. */
export interface EntityUid {
  readonly type: string;
  readonly id: string;
}

export type Effect = 'permit' | 'forbid';
