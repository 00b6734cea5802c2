/** Administrators, of whom an organisation always has one who can sign in, and whoever else may decide. */
import type { RecordCollection } from '@writ/core';
import type { Plane } from '../plane.ts';
import { PEOPLE, type PersonRecord } from './collections.ts';

/** Whether the person administers: an auditor does not, whatever else they are. */
export function isAdministrator({ roles, status }: Pick<PersonRecord, 'roles' | 'status'>): boolean {
  return status === 'active' && roles.includes('admin') && !roles.includes('auditor');
}

/** Whether the person may decide, as the roles' policies say it. */
export function mayDecide(person: Pick<PersonRecord, 'roles' | 'status'>): boolean {
  const { roles, status } = person;
  return (
    isAdministrator(person) || (status === 'active' && roles.includes('writer') && !roles.includes('auditor'))
  );
}

/** The record of an administrator other than `person`, for a change that rests on there being one; `undefined` where there is none. */
export function otherAdministrator(
  { objects }: Pick<Plane, 'objects'>,
  organisation: string,
  person: string,
): { readonly collection: RecordCollection; readonly key: string; readonly index: number } | undefined {
  const other = objects(organisation, PEOPLE)
    .list()
    .find((one) => one.id !== person && isAdministrator(one));
  return other === undefined
    ? undefined
    : { collection: 'people', key: `${organisation}/${other.id}`, index: other.index };
}
