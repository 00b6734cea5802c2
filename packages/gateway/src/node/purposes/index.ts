/** What personal data may be used for, on a node. */
export {
  createFilePurposes,
  type FilePurposes,
  readRegister,
  registerScope,
  retentionClasses,
} from './file-purposes.ts';
