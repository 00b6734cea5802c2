/** Everything that is held about one person, for the person. */
export {
  recordSubjectExport,
  SUBJECT_EXPORT_TYPE,
  subjectExport,
  type SubjectExportHeader,
  type SubjectExportItem,
  type SubjectExportOptions,
} from './subject-export.ts';
export { printSubjectCsv, printSubjectJson } from './print-export.ts';
