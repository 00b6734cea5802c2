/** One field of one entry, shown to somebody who need not see the rest. */
export {
  checkDisclosure,
  createDisclosure,
  DISCLOSURE_TYPE,
  type DisclosureReport,
  disclosedFields,
  fieldsAtHand,
} from './disclosure.ts';
