/** Where in the conversation a reply came, or the line broke. */
export type Stage = 'connect' | 'mail' | 'rcpt' | 'data' | 'dot';

/**
 * What a refusal is about. `address`: this customer's address. `mailbox-full`: it will take mail again. `policy`: the business or its server is not
 * trusted (never the customer's fault). `content`: this message. `busy`: try later. `auth`: our account at the mail server. `connection`: no line.
 * `bug`: we said something wrong.
 */
export type Cause = 'address' | 'mailbox-full' | 'policy' | 'content' | 'connection' | 'busy' | 'auth' | 'bug';

/** A server's no, read. `rejected` is for good; `deferred` may be tried again. */
export interface Refusal {
  readonly kind: 'deferred' | 'rejected';
  readonly cause: Cause;
  readonly code: number;
  /** RFC 3463, as `5.1.1`. */
  readonly enhanced?: string;
  readonly reply: string;
  readonly stage: Stage;
}

interface Rule {
  readonly cause: Cause;
  readonly enhanced?: RegExp;
  readonly code?: RegExp;
  readonly text?: RegExp;
  readonly stage?: Stage;
}

// Nothing that matters comes later, and a hostile server cannot keep us busy with a megabyte.
const MOST_READ = 2000;

const NO_SUCH_PERSON =
  /user unknown|unknown (user|recipient|or illegal)|no such (user|mailbox|recipient|person)|does(n't| not) (exist|have an? \S+ account)|mailbox (unavailable|not found|is disabled|disabled|does not exist)|(recipient|address|account|user)\S* (not found|unknown|is disabled|disabled|has been disabled|invalid|is not valid)|invalid (recipient|mailbox|address)|unrouteable|unroutable|not a valid (mailbox|user|recipient)|account (is|has been) (disabled|suspended|closed|deactivated)|mailbox is inactive|not our customer|null ?mx|(host or )?domain( name)? (not found|does not exist)|no mailbox here/i;
const FULL =
  /over ?quota|quota.{0,12}exceed|exceed\w*.{0,24}(quota|storage allocation)|mailbox (is )?full|insufficient (disk )?quota|out of storage|not enough (storage|space) in/i;
const SPAM =
  /spam|block(ed|ing|list)|black ?list|denylist|banned|reputation|dmarc|dkim|\bspf\b|\brbl\b|dnsbl|polic(y|ies)|unsolicited|bulk|relay(ing)? (access )?(denied|not permitted|not allowed)|relaying|unauthenticated|sender (verify|address|domain|denied)|verification failed|not (allowed|authori[sz]ed|permitted) to (send|relay)|access denied|reverse dns|\bptr\b|cannot find your|complaint|bad dns|rejected by recipient|no smtp service|prohibit/i;
const RATE =
  /too (many|quickly|fast)|\brate\b|thr[eo]ttl|grey-?list|gr[ae]ylist|try (again )?later|try again|temporar|resources|overload|load too high|thread limit/i;
const SIZE =
  /(message|mail|size).{0,30}(too (large|big|long)|exceed)|exceed\w*.{0,30}(message|maximum|size)|attachment|header|content/i;

// The first that fits. What contradicts its own enhanced code comes first, then enhanced codes (RFC 3463), then words, then basic codes (RFC 5321).
const RULES: readonly Rule[] = [
  { cause: 'busy', enhanced: /\.2\.1$/, text: /too quickly|at a rate|rate that/i },
  {
    cause: 'address',
    enhanced: /^5\.5\.0$/,
    text: /mailbox unavailable|user unknown|unknown user|no such user|does not exist|no mailbox here/i,
  },
  { cause: 'policy', enhanced: /\.4\.1$/, text: /access denied\. AS\(20\d{7}\)|banned/i, stage: 'mail' },
  { cause: 'policy', enhanced: /\.1\.[78]$/ },
  { cause: 'policy', enhanced: /\.1\.\d+$/, stage: 'mail' },
  { cause: 'address', enhanced: /\.1\.\d+$/ },
  { cause: 'mailbox-full', enhanced: /\.2\.2$/ },
  { cause: 'content', enhanced: /\.2\.3$|\.3\.4$|\.6\.\d+$/ },
  { cause: 'busy', enhanced: /^4\.2\.\d+$/, text: RATE },
  { cause: 'policy', enhanced: /\.2\.252$/ },
  { cause: 'address', enhanced: /\.2\.1$/ },
  { cause: 'auth', enhanced: /\.7\.(8|9|11|13|14|57|139)$/, code: /^(53\d|454)$/ },
  { cause: 'auth', code: /^53[0458]$/ },
  { cause: 'busy', code: /^454$/ },
  { cause: 'busy', enhanced: /\.7\.\d+$/, text: /gr[ae]y-?list|server busy/i },
  { cause: 'content', enhanced: /^5\.7\.\d+$/, text: /its content|virus|malware|attachment/i },
  { cause: 'policy', enhanced: /\.7\.\d+$/ },
  { cause: 'policy', enhanced: /\.4\.5$/, text: /limit/i },
  { cause: 'address', enhanced: /^5\.4\.[134]\d?$/ },
  { cause: 'busy', enhanced: /\.[34]\.[1-9]\d*$/ },
  { cause: 'bug', enhanced: /\.5\.[1-9]\d*$/ },
  { cause: 'mailbox-full', text: FULL },
  { cause: 'busy', code: /^4/, text: RATE },
  { cause: 'policy', code: /^[45]/, text: SPAM, stage: 'mail' },
  { cause: 'address', text: NO_SUCH_PERSON },
  { cause: 'policy', text: SPAM },
  { cause: 'content', code: /^(552|554)$/, text: SIZE },
  { cause: 'content', code: /^552$/ },
  { cause: 'bug', code: /^50[0-5]$/ },
  { cause: 'bug', enhanced: /^5\.5\.0$/ },
  { cause: 'policy', code: /^(541|571)$/ },
  { cause: 'address', code: /^55[0136]$/, stage: 'rcpt' },
  { cause: 'policy', code: /^5/, stage: 'connect' },
  { cause: 'policy', code: /^5/, stage: 'mail' },
  // What cannot be told is taken to be about this message alone: neither the customer nor the business pays for it.
  { cause: 'content', code: /^5/ },
  { cause: 'busy' },
];

/**
 * Reads a server's 4xx or 5xx reply, as it came (a long one on several lines). Mailboxes that are full, busy servers and our own account's
 * troubles are deferred even when the server says 5xx: nothing about the message or its address is wrong.
 */
export function classifyReply(reply: string, stage: Stage): Refusal {
  const code = Number(reply.slice(0, 3));
  const beginning = reply.slice(0, MOST_READ);
  const enhanced = /(?:^\d{3}[ -]|#)([245]\.\d{1,3}\.\d{1,3})(?!\d)/.exec(beginning)?.[1];
  const words = beginning.replaceAll(/^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})?/gm, ' ').replaceAll(/\s+/g, ' ');
  const cause = RULES.find((rule) => fits(rule, String(code), enhanced, words, stage))?.cause ?? 'busy';
  const later = code < 500 || cause === 'mailbox-full' || cause === 'busy' || cause === 'auth';
  return { kind: later ? 'deferred' : 'rejected', cause, code, ...(enhanced ? { enhanced } : {}), reply: beginning, stage };
}

function fits(rule: Rule, code: string, enhanced: string | undefined, words: string, stage: Stage): boolean {
  if (rule.stage && rule.stage !== stage) return false;
  if (rule.enhanced && !(enhanced && rule.enhanced.test(enhanced))) return false;
  return (rule.code?.test(code) ?? true) && (rule.text?.test(words) ?? true);
}
