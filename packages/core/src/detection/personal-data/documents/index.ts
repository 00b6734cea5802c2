/** Identity documents. */
export { findIdentityDocuments } from './identity-documents.ts';
