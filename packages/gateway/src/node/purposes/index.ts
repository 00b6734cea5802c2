/** What personal data may be used for, on a node. */
export {
  createFilePurposes,
  type FilePurposes,
  readRegister,
  registerScope,
} from './file-purposes.ts';
