/** Looking into TLS: the local authority and what it signs. */
export {
  authorityFiles,
  createAuthority,
  HostCertificates,
  readAuthorityCertificate,
} from './authority.ts';
