/** Published formats of issued tokens: what they begin with and what follows. Data, ordered by issuer. */
import type { Severity } from '../../../model/index.ts';

/** One format. */
export interface TokenFormat {
  /** The finer kind, `aws-access-key`. */
  readonly detail: string;
  /** Any of these begins it; two characters at least. */
  readonly prefixes: readonly string[];
  /** Matches the whole token at its first character; sticky and bounded. */
  readonly pattern: RegExp;
  /** Absent means `high`. */
  readonly severity?: Severity;
}

/** Formats that stand by themselves: a prefix that nothing else begins with. */
export const TOKEN_FORMATS: readonly TokenFormat[] = [
  {
    detail: 'aws-access-key',
    prefixes: ['AKIA', 'ASIA', 'ABIA', 'ACCA', 'A3T'],
    pattern: /(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/y,
    severity: 'critical',
  },
  {
    detail: 'aws-bedrock-key',
    prefixes: ['ABSK'],
    pattern: /ABSK[A-Za-z0-9+/]{109,269}={0,2}/y,
    severity: 'critical',
  },
  {
    detail: 'aws-bedrock-key',
    prefixes: ['bedrock-api-key-'],
    pattern: /bedrock-api-key-[A-Za-z0-9+/=]{16,2000}/y,
    severity: 'critical',
  },
  {
    detail: 'github-token',
    prefixes: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    pattern: /gh[pousr]_[A-Za-z0-9]{36,255}/y,
    severity: 'critical',
  },
  {
    detail: 'github-token',
    prefixes: ['github_pat_'],
    pattern: /github_pat_[A-Za-z0-9_]{36,255}/y,
    severity: 'critical',
  },
  {
    detail: 'gitlab-token',
    prefixes: ['glpat-', 'gldt-', 'glrt-', 'glft-', 'glimt-', 'glsoat-', 'glffct-'],
    pattern:
      /gl(?:pat|dt|rt|ft|imt|soat|ffct)-(?:t\d_)?[A-Za-z0-9_-]{20}(?:[A-Za-z0-9_-]{7}\.[0-9a-z]{9})?(?![A-Za-z0-9_-])/y,
    severity: 'critical',
  },
  {
    detail: 'gitlab-token',
    prefixes: ['glcbt-'],
    pattern: /glcbt-(?:[0-9a-zA-Z]{1,5}_)?[A-Za-z0-9_-]{20}(?![A-Za-z0-9_-])/y,
  },
  { detail: 'gitlab-token', prefixes: ['glptt-'], pattern: /glptt-[A-Za-z0-9_-]{40}(?![A-Za-z0-9_-])/y },
  {
    detail: 'gitlab-token',
    prefixes: ['glagent-'],
    pattern: /glagent-[A-Za-z0-9_-]{50,128}(?![A-Za-z0-9_-])/y,
  },
  { detail: 'gitlab-token', prefixes: ['gloas-'], pattern: /gloas-[A-Za-z0-9_-]{64}(?![A-Za-z0-9_-])/y },
  {
    detail: 'gitlab-token',
    prefixes: ['GR1348941'],
    pattern: /GR1348941[A-Za-z0-9_-]{20}(?![A-Za-z0-9_-])/y,
  },
  {
    detail: 'slack-token',
    prefixes: ['xox'],
    pattern: /xox[abeoprs](?:\.xox[bp])?-(?=[A-Za-z-]{0,60}\d)[A-Za-z0-9-]{20,250}/y,
  },
  {
    detail: 'slack-token',
    prefixes: ['xapp-'],
    pattern: /xapp-\d-[A-Z0-9]{8,13}-\d{8,16}-[a-zA-Z0-9]{32,128}/y,
  },
  {
    detail: 'slack-webhook',
    prefixes: ['hooks.slack.com/'],
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9+/]{40,80}/y,
  },
  {
    detail: 'stripe-key',
    prefixes: ['sk_', 'rk_'],
    pattern: /[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,255}/y,
    severity: 'critical',
  },
  { detail: 'stripe-webhook-secret', prefixes: ['whsec_'], pattern: /whsec_[A-Za-z0-9+/]{24,64}={0,2}/y },
  { detail: 'google-api-key', prefixes: ['AIza'], pattern: /AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/y },
  {
    detail: 'google-oauth-secret',
    prefixes: ['GOCSPX-'],
    pattern: /GOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])/y,
  },
  { detail: 'google-oauth-token', prefixes: ['ya29.'], pattern: /ya29\.[A-Za-z0-9_-]{30,1000}/y },
  {
    detail: 'anthropic-key',
    prefixes: ['sk-ant-'],
    pattern: /sk-ant-(?:api|admin|oat|ort|sid)\d\d-[A-Za-z0-9_-]{78,120}AA(?![A-Za-z0-9_-])/y,
    severity: 'critical',
  },
  {
    detail: 'openai-key',
    prefixes: ['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'],
    pattern: /sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{40,300}/y,
    severity: 'critical',
  },
  {
    detail: 'openai-key',
    prefixes: ['sk-'],
    pattern: /sk-(?:or-v1-)?[A-Za-z0-9]{32,64}(?![A-Za-z0-9_-])/y,
    severity: 'critical',
  },
  { detail: 'npm-token', prefixes: ['npm_'], pattern: /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y },
  {
    detail: 'pypi-token',
    prefixes: ['pypi-'],
    pattern: /pypi-(?:AgEIcHlwaS5vcmc|AgENdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{50,1000}/y,
  },
  { detail: 'rubygems-key', prefixes: ['rubygems_'], pattern: /rubygems_[a-f0-9]{48}(?![A-Za-z0-9])/y },
  { detail: 'nuget-key', prefixes: ['oy2'], pattern: /oy2[a-z0-9]{43}(?![A-Za-z0-9])/y },
  { detail: 'docker-token', prefixes: ['dckr_'], pattern: /dckr_(?:pat|oat)_[A-Za-z0-9_-]{24,64}/y },
  {
    detail: 'sendgrid-key',
    prefixes: ['SG.'],
    pattern: /SG\.(?:[A-Za-z0-9_=-]{22}\.[A-Za-z0-9_=-]{43}|[A-Za-z0-9_=.-]{66})(?![A-Za-z0-9_-])/y,
  },
  { detail: 'twilio-key', prefixes: ['SK'], pattern: /SK[0-9a-fA-F]{32}(?![A-Za-z0-9])/y },
  {
    detail: 'mailgun-key',
    prefixes: ['key-', 'pubkey-'],
    pattern: /(?:pub)?key-[a-f0-9]{32}(?![A-Za-z0-9])/y,
  },
  {
    detail: 'brevo-key',
    prefixes: ['xkeysib-', 'xsmtpsib-'],
    pattern: /x(?:keysib|smtpsib)-[a-f0-9]{64}-[A-Za-z0-9]{16}(?![A-Za-z0-9])/y,
  },
  {
    detail: 'telegram-token',
    prefixes: ['bot'],
    pattern: /bot\d{8,10}:AA[A-Za-z0-9_-]{33}\/(?:get|send|set)/y,
  },
];
