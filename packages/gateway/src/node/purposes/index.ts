/** What personal data may be used for, on a node. */
export {
  createFilePurposes,
  readRegister,
  registerScope,
  retentionClasses,
} from './file-purposes.ts';
