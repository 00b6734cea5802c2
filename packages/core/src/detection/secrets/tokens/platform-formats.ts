/** Published formats of tokens that hosting, observability, commerce and model platforms issue. Data, ordered by detail. */
import type { TokenFormat } from './token-formats.ts';

/** More formats that stand by themselves. */
export const PLATFORM_FORMATS: readonly TokenFormat[] = [
  {
    detail: '1password-token',
    prefixes: ['ops_eyJ'],
    pattern: /ops_eyJ[A-Za-z0-9+/_-]{200,2000}={0,3}/y,
    severity: 'critical',
  },
  {
    detail: '1password-key',
    prefixes: ['A3-'],
    pattern: /A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}/y,
    severity: 'critical',
  },
  { detail: 'adobe-secret', prefixes: ['p8e-'], pattern: /p8e-[a-zA-Z0-9]{32}(?![A-Za-z0-9])/y },
  {
    detail: 'age-key',
    prefixes: ['AGE-SECRET-KEY-1'],
    pattern: /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/y,
    severity: 'critical',
  },
  {
    detail: 'airtable-token',
    prefixes: ['pat'],
    pattern: /pat[A-Za-z0-9]{14}\.[a-f0-9]{64}(?![A-Za-z0-9])/y,
  },
  { detail: 'alibaba-key', prefixes: ['LTAI'], pattern: /LTAI[A-Za-z0-9]{20}(?![A-Za-z0-9])/y },
  { detail: 'artifactory-key', prefixes: ['AKCp'], pattern: /AKCp[A-Za-z0-9]{69}(?![A-Za-z0-9])/y },
  { detail: 'artifactory-token', prefixes: ['cmVmd'], pattern: /cmVmd[A-Za-z0-9]{59}(?![A-Za-z0-9])/y },
  { detail: 'atlassian-token', prefixes: ['ATATT3'], pattern: /ATATT3[A-Za-z0-9_=-]{180,200}/y },
  {
    detail: 'atlassian-token',
    prefixes: ['ATCTT3', 'ATBB'],
    pattern: /(?:ATCTT3[A-Za-z0-9_=-]{100,200}|ATBB[A-Za-z0-9]{32})(?![A-Za-z0-9])/y,
  },
  {
    detail: 'authress-key',
    prefixes: ['sc_', 'ext_', 'scauth_', 'authress_'],
    pattern:
      /(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.acc[_-][a-z0-9-]{10,32}\.[a-z0-9+/_=-]{30,120}/iy,
  },
  { detail: 'clickhouse-key', prefixes: ['4b1d'], pattern: /4b1d[A-Za-z0-9]{38}(?![A-Za-z0-9])/y },
  {
    detail: 'cloudflare-token',
    prefixes: ['cfat_', 'cfut_', 'cfk_'],
    pattern: /cf(?:at|ut|k)_[A-Za-z0-9_-]{40,64}/y,
  },
  {
    detail: 'cloudflare-origin-key',
    prefixes: ['v1.0-'],
    pattern: /v1\.0-[a-f0-9]{24}-[a-f0-9]{146}(?![A-Za-z0-9])/y,
  },
  { detail: 'contentful-token', prefixes: ['CFPAT-'], pattern: /CFPAT-[A-Za-z0-9_-]{43}/y },
  { detail: 'databricks-token', prefixes: ['dapi'], pattern: /dapi[a-f0-9]{32}(?:-\d)?(?![A-Za-z0-9])/y },
  {
    detail: 'defined-networking-token',
    prefixes: ['dnkey-'],
    pattern: /dnkey-[a-z0-9=_-]{26}-[a-z0-9=_-]{52}/iy,
  },
  {
    detail: 'digitalocean-token',
    prefixes: ['dop_v1_', 'doo_v1_', 'dor_v1_'],
    pattern: /do[opr]_v1_[a-f0-9]{64}(?![A-Za-z0-9])/y,
  },
  {
    detail: 'discord-token',
    prefixes: ['MD', 'MT', 'Mj', 'Mz', 'ND', 'NT', 'Nj', 'Nz', 'OD', 'OT'],
    pattern: /[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}(?![A-Za-z0-9_-])/y,
  },
  {
    detail: 'discord-webhook',
    prefixes: ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    pattern: /discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[A-Za-z0-9_-]{60,80}/y,
  },
  {
    detail: 'doppler-token',
    prefixes: ['dp.'],
    pattern: /dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}/y,
  },
  { detail: 'duffel-token', prefixes: ['duffel_'], pattern: /duffel_(?:test|live)_[A-Za-z0-9_=-]{43}/y },
  {
    detail: 'dynatrace-token',
    prefixes: ['dt0'],
    pattern: /dt0[a-z]\d\d\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{64}/y,
  },
  { detail: 'easypost-key', prefixes: ['EZAK', 'EZTK'], pattern: /EZ[AT]K[A-Za-z0-9]{54}(?![A-Za-z0-9])/y },
  { detail: 'facebook-token', prefixes: ['EAA'], pattern: /EAA[MC][A-Za-z0-9]{100,300}(?![A-Za-z0-9])/y },
  { detail: 'figma-token', prefixes: ['figd_', 'figo_'], pattern: /fig[do]_[A-Za-z0-9_-]{40,64}/y },
  {
    detail: 'flutterwave-key',
    prefixes: ['FLWSECK', 'FLWPUBK'],
    pattern: /FLW(?:SECK|PUBK)_TEST-[a-h0-9]{32}-X|FLWSECK_TEST[a-h0-9]{12}/iy,
  },
  { detail: 'fly-token', prefixes: ['fo1_'], pattern: /fo1_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/y },
  { detail: 'fly-token', prefixes: ['fm1', 'fm2'], pattern: /fm(?:1[ar]|2)_[A-Za-z0-9+/]{100,1000}={0,3}/y },
  { detail: 'frameio-token', prefixes: ['fio-u-'], pattern: /fio-u-[A-Za-z0-9=_-]{64}/y },
  { detail: 'grafana-key', prefixes: ['eyJrIjoi'], pattern: /eyJrIjoi[A-Za-z0-9]{70,400}={0,3}/y },
  {
    detail: 'grafana-token',
    prefixes: ['glc_', 'glsa_'],
    pattern:
      /glc_eyJ[A-Za-z0-9+/]{29,400}={0,3}|glc_[A-Za-z0-9+/]{32,400}={0,3}|glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}/y,
  },
  { detail: 'groq-key', prefixes: ['gsk_'], pattern: /gsk_[A-Za-z0-9]{52}(?![A-Za-z0-9])/y },
  {
    detail: 'harness-token',
    prefixes: ['pat.', 'sat.'],
    pattern: /[ps]at\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}/y,
  },
  { detail: 'heroku-key', prefixes: ['HRKU-'], pattern: /HRKU-(?:AA[A-Za-z0-9_-]{58}|[a-f0-9-]{36})/y },
  {
    detail: 'huggingface-token',
    prefixes: ['hf_', 'api_org_'],
    pattern: /(?:hf|api_org)_[A-Za-z]{34}(?![A-Za-z0-9])/y,
  },
  { detail: 'infracost-token', prefixes: ['ico-'], pattern: /ico-[A-Za-z0-9]{32}(?![A-Za-z0-9])/y },
  { detail: 'intra42-secret', prefixes: ['s-s4t2'], pattern: /s-s4t2(?:ud|af)-[a-f0-9]{64}/y },
  {
    detail: 'linear-key',
    prefixes: ['lin_api_', 'lin_oauth_'],
    pattern: /lin_(?:api|oauth)_[A-Za-z0-9]{40,64}(?![A-Za-z0-9])/y,
  },
  {
    detail: 'newrelic-key',
    prefixes: ['NRAK-', 'NRJS-', 'NRII-', 'NRRA-', 'NRAA-'],
    pattern:
      /NR(?:AK-[A-Z0-9]{27}|JS-[a-f0-9]{19}|II-[A-Za-z0-9-]{32}|RA-[a-f0-9]{42}|AA-[a-f0-9]{27})(?![A-Za-z0-9])/iy,
  },
  { detail: 'notion-token', prefixes: ['ntn_'], pattern: /ntn_\d{11}[A-Za-z0-9]{35}(?![A-Za-z0-9])/y },
  { detail: 'octopus-key', prefixes: ['API-'], pattern: /API-[A-Z0-9]{26}(?![A-Za-z0-9])/y },
  { detail: 'openshift-token', prefixes: ['sha256~'], pattern: /sha256~[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/y },
  { detail: 'perplexity-key', prefixes: ['pplx-'], pattern: /pplx-[A-Za-z0-9]{48}(?![A-Za-z0-9])/y },
  {
    detail: 'plaid-token',
    prefixes: ['access-'],
    pattern:
      /access-(?:sandbox|development|production)-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}/y,
  },
  {
    detail: 'planetscale-token',
    prefixes: ['pscale_'],
    pattern: /pscale_(?:tkn|oauth|pw)_[A-Za-z0-9=._-]{32,64}/y,
  },
  { detail: 'postman-key', prefixes: ['PMAK-'], pattern: /PMAK-[a-f0-9]{24}-[a-f0-9]{34}/y },
  { detail: 'prefect-key', prefixes: ['pnu_'], pattern: /pnu_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y },
  { detail: 'pulumi-token', prefixes: ['pul-'], pattern: /pul-[a-f0-9]{40}(?![A-Za-z0-9])/y },
  { detail: 'readme-key', prefixes: ['rdme_'], pattern: /rdme_[a-z0-9]{70}/y },
  { detail: 'replicate-token', prefixes: ['r8_'], pattern: /r8_[A-Za-z0-9]{37}(?![A-Za-z0-9])/y },
  { detail: 'scalingo-token', prefixes: ['tk-us-'], pattern: /tk-us-[A-Za-z0-9_-]{48}/y },
  {
    detail: 'sentry-token',
    prefixes: ['sntrys_', 'sntryu_'],
    pattern: /sntryu_[a-f0-9]{64}(?![A-Za-z0-9])|sntrys_eyJ[A-Za-z0-9+/=_-]{80,400}/y,
  },
  {
    detail: 'settlemint-token',
    prefixes: ['sm_'],
    pattern: /sm_(?:pat|aat|sat)_[A-Za-z0-9]{16}(?![A-Za-z0-9])/y,
  },
  { detail: 'shippo-token', prefixes: ['shippo_'], pattern: /shippo_(?:live|test)_[a-f0-9]{40}/iy },
  {
    detail: 'shopify-token',
    prefixes: ['shpat_', 'shpca_', 'shppa_', 'shpss_'],
    pattern: /shp(?:at|ca|pa|ss)_[A-Za-z0-9]{32,64}/y,
  },
  {
    detail: 'sourcegraph-token',
    prefixes: ['sgp_'],
    pattern: /sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}(?![A-Za-z0-9])/y,
  },
  {
    detail: 'square-token',
    prefixes: ['sq0', 'EAAA'],
    pattern: /sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,43}|EAAA[A-Za-z0-9_+=-]{60}(?![A-Za-z0-9])/y,
  },
  {
    detail: 'tailscale-key',
    prefixes: ['tskey-'],
    pattern: /tskey-(?:[a-z]{3,10}-)?[A-Za-z0-9]{10,24}-[A-Za-z0-9]{20,40}/y,
  },
  { detail: 'typeform-token', prefixes: ['tfp_'], pattern: /tfp_[A-Za-z0-9_=.-]{59}/y },
  {
    detail: 'vault-token',
    prefixes: ['hvs.', 'hvb.'],
    pattern: /hv[sb]\.[A-Za-z0-9_-]{90,300}|hvs\.[A-Za-z0-9]{24}(?![A-Za-z0-9])/y,
    severity: 'critical',
  },
  {
    detail: 'writ-token',
    prefixes: ['writ_'],
    pattern: /writ_[0-9A-Za-z]{49}(?![A-Za-z0-9])/y,
    severity: 'critical',
  },
  { detail: 'xai-key', prefixes: ['xai-'], pattern: /xai-[A-Za-z0-9]{70,90}/y },
  {
    detail: 'yandex-token',
    prefixes: ['t1.', 'AQVN', 'YC'],
    pattern:
      /t1\.[A-Z0-9a-z_=-]{1,200}\.[A-Z0-9a-z_=-]{86}|AQVN[A-Za-z0-9_-]{35,38}(?![A-Za-z0-9_-])|YC[A-Za-z0-9_-]{38}(?![A-Za-z0-9_-])/y,
  },
];
