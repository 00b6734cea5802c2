/** Text that speaks to the model instead of describing the tool. A trip-wire for the common forms in English, and no proof of their absence. */

interface Sign {
  readonly what: string;
  /** Over text in lower case, with single spaces. Linear: no repetition within a repetition. */
  readonly pattern: RegExp;
}

const NOBODY = '(?:user|users|human|humans|person|people|operator|customer|anyone|anybody|them)';
const SIGNS: readonly Sign[] = [
  {
    what: 'markup of a conversation',
    pattern:
      /<\/?(?:important|system|instructions?|assistant|secret|hidden|admin|critical)>|\[\/?(?:system|inst|admin|assistant|override)\]|<\|[a-z_]{2,24}\|>|(?:^|\n|[.!?] )(?:system|assistant): /,
  },
  {
    what: 'a wish for secrecy',
    pattern: new RegExp(
      `(?:do not|don't|don’t|never|without) (?:tell|telling|mention|mentioning|inform|informing|reveal|revealing|notify|notifying|alert|alerting)\\b[^.!?]{0,40}\\b(?:${NOBODY}|this|it)\\b|(?:keep|leave) (?:this|it) (?:out of|secret|hidden|from)|\\bsecret operation\\b|\\bsilently (?:forward|send|upload|copy|post|include|add|read|call|run|execute)`,
    ),
  },
  {
    what: 'an order to set other orders aside',
    pattern:
      /(?:ignore|disregard|forget|override|bypass) (?:all |any |every |the |your |of |my )*(?:previous|prior|above|earlier|preceding|existing|safety|system|other) (?:\w+ )?(?:instructions?|guidelines?|rules?|prompts?|polic(?:y|ies)|messages?|directives?|restrictions?)/,
  },
  {
    what: 'a place where credentials lie',
    pattern:
      /~\/\.(?:ssh|aws|cursor|gnupg|kube|docker|netrc|claude|config\/gcloud)|(?:ssh[/_]|\b)id_(?:rsa|ed25519|ecdsa)\b|\/etc\/(?:passwd|shadow)\b|\*\.(?:env|pem|key)\b|\bprintenv\b|\b(?:append|attach|collect|copy|include|pass|provide|read|send)\b[^.]{0,60}\benvironment variables\b/,
  },
  {
    what: 'a wish for the conversation',
    pattern:
      /\b(?:entire|whole|full|complete|chat|conversation) (?:conversation|chat|transcript|message history|chat history|system prompt)\b|\{\{ ?(?:conversation|messages|chat|history|system_prompt)/,
  },
  {
    what: 'an order about other tools',
    pattern:
      /(?:before|prior to|instead of) (?:using |calling |running |invoking )?(?:any|every|all|each)(?: of the)? other tools?\b|\bsupersedes? (?:all|any|every|the) (?:other )?|\b(?:do not|don't|never) (?:use|call|invoke) (?:\S+ ){1,6}(?:from|of) (?:other|another) servers?|\b(?:any use|whenever|every use) of \S+ must\b|\bwhen \S+ (?:\S+ )?(?:is|gets) (?:invoked|called|used), (?:make sure|always|change|add|also)/,
  },
  {
    what: 'an order to leave controls out',
    pattern:
      /\b(?:approval|confirmation|permission|consent) is (?:no longer|not) (?:needed|required|necessary)\b|\b(?:proceed|continue|execute|act) without (?:asking|approval|confirmation|permission)\b|\b(?:disable|turn off|leave) the sandbox\b|\busing \S+ with sudo\b/,
  },
];

/** What `text` says to a model, each once; empty where it only describes. */
export function instructionsIn(text: string): readonly string[] {
  const plain = text
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase();
  const spaced = plain.split(/\s+/).join(' ');
  return SIGNS.filter(({ pattern }) => pattern.test(plain) || pattern.test(spaced)).map(({ what }) => what);
}
