/** Packs: the YAML front of policies, packs to start from, and importers of other products' policy files. */
export { type CompiledPack, compilePack } from './compile-pack.ts';
export { createPatternMatcher } from '../patterns/index.ts';
export { type StarterPack, starterPacks } from './starter/index.ts';
export {
  type ImportedPolicies,
  importAgentGovernanceToolkit,
  importAgentgateway,
  importAuthensor,
  importCedar,
} from './import/index.ts';
