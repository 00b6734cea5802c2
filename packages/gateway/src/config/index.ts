/** `writ.yaml`. */
export {
  type ApprovalsConfiguration,
  type Configuration,
  CONFIGURATION_FILE,
  DATA_FOLDER,
  type DetectorMode,
  type ServerConfiguration,
} from './types.ts';
