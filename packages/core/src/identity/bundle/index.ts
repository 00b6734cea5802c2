/** Signed bundles: what a node is governed by. */
export {
  type BundlePlace,
  bundleMark,
  bundleScope,
  requireNewerBundle,
  requireOwnBundle,
} from './acceptance.ts';
export { preAuthenticationEncoding, readEnvelope, type ReadEnvelope, sealEnvelope } from './dsse.ts';
export { type BundleContent, signBundle, type VerifiedBundle, verifyBundle } from './signed-bundle.ts';
export {
  type BundleStanding,
  bundleStanding,
  CREATED_SKEW_MS,
  OUT_OF_REACH_MS,
  type StandingAt,
} from './standing.ts';
export { MAX_ANCHORS, parseTrustAnchors, type TrustAnchor } from './trust-anchor.ts';
