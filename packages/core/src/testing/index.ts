/** Entry point of @writ/core/testing: what tests of Writ and of its extensions share. */
export { corpusPath } from './corpora.ts';
export {
  sampleEntries,
  type SampleLog,
  sampleLog,
  sampleSigner,
  sourceOfFiles,
  verifyWithNode,
} from './sample-log.ts';
