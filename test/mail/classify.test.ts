import { expect, test } from 'vitest';
import { type Cause, classifyReply, type Stage } from '../../src/mail/classify.ts';

// Real replies, as mail servers' documents, support pages and logs show them.
const REPLIES: readonly (readonly [Stage, string, 'deferred' | 'rejected', Cause])[] = [
  // Gmail
  [
    'rcpt',
    "550-5.1.1 The email account that you tried to reach does not exist. Please try\n550-5.1.1 double-checking the recipient's email address for typos or\n550 5.1.1 unnecessary spaces. https://support.google.com/mail/?p=NoSuchUser x1-2002 - gsmtp",
    'rejected',
    'address',
  ],
  [
    'rcpt',
    '550-5.2.1 The email account that you tried to reach is inactive.\n550 5.2.1 https://support.google.com/mail/?p=DisabledUser - gsmtp',
    'rejected',
    'address',
  ],
  [
    'rcpt',
    '550-5.2.1 The user you are trying to contact is receiving mail at a rate that\n550 5.2.1 prevents additional messages from being delivered. - gsmtp',
    'deferred',
    'busy',
  ],
  [
    'rcpt',
    '450-4.2.1 The user you are trying to contact is receiving mail too quickly.\n450 4.2.1 Please resend your message at a later time. - gsmtp',
    'deferred',
    'busy',
  ],
  [
    'rcpt',
    '552-5.2.2 The email account that you tried to reach is over quota. Please direct\n552 5.2.2 the recipient to Clear Gmail space. - gsmtp',
    'deferred',
    'mailbox-full',
  ],
  ['rcpt', '452-4.2.2 The recipient’s inbox is out of storage space and inactive. - gsmtp', 'deferred', 'mailbox-full'],
  [
    'dot',
    '550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM. - gsmtp',
    'rejected',
    'policy',
  ],
  [
    'dot',
    '421-4.7.0 This message does not have authentication information or fails to pass\n421 4.7.0 authentication checks. - gsmtp',
    'deferred',
    'policy',
  ],
  [
    'dot',
    '550-5.7.1 [203.0.113.5] Our system has detected that this message is likely unsolicited mail. - gsmtp',
    'rejected',
    'policy',
  ],
  [
    'dot',
    '421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your DKIM domain. - gsmtp',
    'deferred',
    'policy',
  ],
  ['dot', '550 5.7.25 The IP address sending this message does not have a PTR record setup. - gsmtp', 'rejected', 'policy'],
  [
    'mail',
    '530-5.7.0 Authentication Required. For more information, go to\n530 5.7.0 https://support.google.com/mail/?p=WantAuthError - gsmtp',
    'deferred',
    'auth',
  ],
  [
    'connect',
    '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8 https://support.google.com/mail/?p=BadCredentials - gsmtp',
    'deferred',
    'auth',
  ],
  ['connect', '534-5.7.9 Application-specific password required. - gsmtp', 'deferred', 'auth'],
  ['mail', '550-5.4.5 Daily user sending limit exceeded. - gsmtp', 'rejected', 'policy'],
  ['dot', '552-5.3.4 Your message exceeded Google’s message size limits. - gsmtp', 'rejected', 'content'],
  [
    'dot',
    '552-5.7.0 This message was blocked because its content presents a potential security issue. - gsmtp',
    'rejected',
    'content',
  ],
  ['rcpt', '451-4.3.0 Mail server temporarily rejected message. - gsmtp', 'deferred', 'busy'],
  ['dot', '421-4.3.0 Temporary System Problem. Try again later (10). - gsmtp', 'deferred', 'busy'],
  // Microsoft 365, Outlook.com and Exchange
  [
    'dot',
    '550 5.7.515 Access denied, sending domain EXAMPLE.COM does not meet the required authentication level.',
    'rejected',
    'policy',
  ],
  [
    'rcpt',
    '550 5.7.1 Unfortunately, messages from [203.0.113.5] weren’t sent. Please contact your Internet service provider since part of their network is on our block list (S3150).',
    'rejected',
    'policy',
  ],
  ['rcpt', '550 5.7.606 Access denied, banned sending IP [203.0.113.5].', 'rejected', 'policy'],
  [
    'dot',
    '550 5.7.509 Access denied, sending domain example.com does not pass DMARC verification and has a DMARC policy of reject.',
    'rejected',
    'policy',
  ],
  ['rcpt', '550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).', 'rejected', 'address'],
  [
    'rcpt',
    '550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [DB5EUR03FT012.eop-EUR03.prod.protection.outlook.com]',
    'rejected',
    'address',
  ],
  ['rcpt', '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup', 'rejected', 'address'],
  ['rcpt', '550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found', 'rejected', 'address'],
  [
    'dot',
    '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded',
    'deferred',
    'mailbox-full',
  ],
  ['dot', '432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded', 'deferred', 'busy'],
  ['mail', '451 4.7.500 Server busy. Please try again later from [203.0.113.5]. (S77719)', 'deferred', 'busy'],
  [
    'connect',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
    'deferred',
    'auth',
  ],
  ['mail', '530 5.7.57 Client not authenticated to send mail.', 'deferred', 'auth'],
  ['dot', '554 5.2.252 SendAsDenied; shop@example.com not allowed to send as hello@example.com', 'rejected', 'policy'],
  ['mail', '550 5.7.60 SMTP; Client does not have permissions to send as this sender', 'rejected', 'policy'],
  ['dot', '550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient', 'rejected', 'content'],
  ['rcpt', '550 5.7.64 TenantAttribution; Relay Access Denied', 'rejected', 'policy'],
  ['mail', '501 5.1.7 Invalid address', 'rejected', 'policy'],
  ['connect', '421 4.3.2 Service not available, closing transmission channel', 'deferred', 'busy'],
  // Yahoo, AOL
  [
    'dot',
    "554 delivery error: dd This user doesn't have a yahoo.com account (zoe@yahoo.com) [0] - mta1.mail.bf1.yahoo.com",
    'rejected',
    'address',
  ],
  ['dot', '552 1 Requested mail action aborted, mailbox not found', 'rejected', 'address'],
  [
    'dot',
    '554 30 Sorry, your message to zoe@yahoo.com cannot be delivered. This mailbox is disabled (554.30).',
    'rejected',
    'address',
  ],
  [
    'connect',
    '421 4.7.0 [TSS04] Messages from 203.0.113.5 temporarily deferred due to unexpected volume or user complaints',
    'deferred',
    'policy',
  ],
  [
    'dot',
    '554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes',
    'rejected',
    'policy',
  ],
  [
    'mail',
    '553 5.7.1 [BL21] Connections will not be accepted from 203.0.113.5, because the ip is in Spamhaus’s list',
    'rejected',
    'policy',
  ],
  // Postfix
  [
    'rcpt',
    '550 5.1.1 <zoe@example.com>: Recipient address rejected: User unknown in virtual mailbox table',
    'rejected',
    'address',
  ],
  [
    'rcpt',
    '450 4.1.1 <zoe@example.com>: Recipient address rejected: unverified address: Address verification in progress',
    'deferred',
    'address',
  ],
  [
    'rcpt',
    '450 4.2.0 <zoe@example.com>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/',
    'deferred',
    'busy',
  ],
  ['rcpt', '554 5.7.1 <zoe@example.com>: Relay access denied', 'rejected', 'policy'],
  ['rcpt', '554 5.7.1 Service unavailable; Client host [203.0.113.5] blocked using zen.spamhaus.org', 'rejected', 'policy'],
  ['mail', '552 5.3.4 Message size exceeds fixed limit', 'rejected', 'content'],
  ['dot', '451 4.3.0 Error: queue file write error', 'deferred', 'busy'],
  ['mail', '452 4.3.1 Insufficient system storage', 'deferred', 'busy'],
  ['rcpt', '450 4.7.1 Client host rejected: cannot find your hostname, [203.0.113.5]', 'deferred', 'policy'],
  ['rcpt', '450 4.1.8 <hello@example.com>: Sender address rejected: Domain not found', 'deferred', 'policy'],
  ['rcpt', '504 5.5.2 <fondly>: Helo command rejected: need fully-qualified hostname', 'rejected', 'bug'],
  ['data', '503 5.5.1 Error: need RCPT command', 'rejected', 'bug'],
  ['rcpt', '501 5.1.3 Bad recipient address syntax', 'rejected', 'address'],
  ['dot', '421 4.4.2 mail.example.com Error: timeout exceeded', 'deferred', 'busy'],
  ['mail', '530 5.7.0 Must issue a STARTTLS command first', 'deferred', 'auth'],
  ['connect', '454 4.7.0 Temporary authentication failure: Connection lost to authentication server', 'deferred', 'busy'],
  ['rcpt', '552 5.2.2 <zoe@example.com>: Recipient address rejected: mailbox over quota', 'deferred', 'mailbox-full'],
  // Exim, qmail, others without enhanced codes
  ['rcpt', '550 Unrouteable address', 'rejected', 'address'],
  ['rcpt', '550 No Such User Here"', 'rejected', 'address'],
  ['rcpt', '451 Temporary local problem - please try later', 'deferred', 'busy'],
  ['rcpt', '550 relay not permitted', 'rejected', 'policy'],
  ['dot', '552 Message size exceeds maximum permitted', 'rejected', 'content'],
  ['rcpt', '550 Sender verify failed', 'rejected', 'policy'],
  ['rcpt', '451 Greylisted, please try again in 300 seconds', 'deferred', 'busy'],
  ['rcpt', '550 Requested action not taken: mailbox unavailable', 'rejected', 'address'],
  ['rcpt', '552 Requested mail action aborted: exceeded storage allocation', 'deferred', 'mailbox-full'],
  ['rcpt', '550 Mailbox quota exceeded', 'deferred', 'mailbox-full'],
  ['dot', '554 Message rejected: considered spam', 'rejected', 'policy'],
  ['dot', '571 Message refused', 'rejected', 'policy'],
  ['dot', '541 Message rejected by recipient antispam', 'rejected', 'policy'],
  ['rcpt', '553 sorry, that domain isn’t in my list of allowed rcpthosts (#5.7.1)', 'rejected', 'policy'],
  ['rcpt', '511 sorry, no mailbox here by that name (#5.1.1 - chkuser)', 'rejected', 'address'],
  ['rcpt', '550 5.1.2 The recipient address is not a valid: Host or domain name not found', 'rejected', 'address'],
  ['rcpt', '556 5.1.10 Recipient address has null MX', 'rejected', 'address'],
  ['connect', '554-mx.example.net\n554-No SMTP service\n554 Bad DNS PTR resource record.', 'rejected', 'policy'],
  ['mail', '500 Command unrecognized', 'rejected', 'bug'],
  ['rcpt', '421 Too many concurrent SMTP connections; please try again later.', 'deferred', 'busy'],
  ['rcpt', '550 5.0.0', 'rejected', 'address'],
  ['dot', '550', 'rejected', 'content'],
  ['rcpt', '554 Transaction failed', 'rejected', 'content'],
  ['rcpt', '550 Administrative prohibition', 'rejected', 'policy'],
  ['dot', '550 5.7.1 Message contains a virus', 'rejected', 'content'],
  ['dot', '451', 'deferred', 'busy'],
];

test.each(REPLIES)('At %s, %j is %s for its %s', (stage, reply, kind, cause) => {
  expect(classifyReply(reply, stage)).toMatchObject({ kind, cause, reply, stage });
});

test('The table holds at least the sixty replies that are promised', () => {
  expect(REPLIES.length).toBeGreaterThanOrEqual(60);
});

test('Code and enhanced code are read from the first line', () => {
  expect(classifyReply('550-5.7.26 a\n550 5.7.26 b', 'dot')).toMatchObject({ code: 550, enhanced: '5.7.26' });
  expect(classifyReply('550 12.5.1.1 is no code', 'rcpt')).not.toHaveProperty('enhanced');
});

test('What the business did wrong never counts against a customer’s address', () => {
  const policy = Array.from(
    { length: 30 },
    (_, i) => classifyReply(`550 5.7.${i} Sender user unknown to us, denied`, 'rcpt').cause,
  );
  expect(policy.filter((cause) => cause === 'address')).toEqual([]);
});

test('A reply of a megabyte is read at once', () => {
  const start = process.cpuUsage();
  for (const words of [
    'x'.repeat(1e6),
    'message '.repeat(1e5),
    'exceed'.repeat(1e5),
    '550-\n'.repeat(1e5),
    'account '.repeat(1e5),
  ])
    classifyReply(`550 ${words}`, 'rcpt');
  expect(process.cpuUsage(start).user / 1_000).toBeLessThan(5_000);
});
