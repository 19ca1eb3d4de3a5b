/** Why a touchpoint stands where it stands: the code that the ledger keeps, and the sentence that a member reads. Never personal. */
const sentences = {
  // Found while planning, or in the moment before sending.
  'no email': 'There is no e-mail address. Add one, or hand the card over in the shop.',
  'no basis': 'We may not write to this customer. Note how they agreed, and the card can go.',
  unsubscribed: 'The customer asked for no more mail.',
  'occasion declined': 'The customer does not want cards for this occasion.',
  'date declined': 'The customer does not want cards for this date.',
  'paused by customer': 'The customer asked for a pause.',
  'hard bounce': 'Mail to this address came back for good. Ask the customer for another one.',
  complained: 'The customer reported one of our mails as unwanted.',
  'consent ended': 'The customer’s consent has ended.',
  erased: 'The customer asked to be forgotten.',
  deceased: 'The customer has died.',
  capped: 'Another card goes to this customer on that day.',
  'too soon': 'The customer had a card like this a short while ago.',
  'open complaint': 'A low answer of this customer still waits for your call.',
  'field missing':
    'The card speaks of something that we do not know about this customer. Fill it in, or word the card so that it reads well without.',
  'card broken': 'The card could not be made. Open it, mend what it shows in red, and publish it again.',
  off: 'This occasion was switched off.',
  'day changed': 'The day was changed.',
  'purchase voided': 'The purchase was cancelled.',
  answered: 'The customer has answered already.',
  merged: 'This customer and another one turned out to be the same person.',
  'sent as one': 'It went to the same address while this customer was joined with another one.',

  // Time passed it by.
  'not running': 'Fondly was not running on that day.',
  late: 'The day had passed before the card could go.',
  'not approved': 'Nobody approved the card before its day had passed.',
  held: 'The card was held back until its day had passed.',
  'business paused': 'Sending was paused.',
  'not taken in time': 'The customer’s mail server asked us to try later until the day had passed.',

  // What the mail server said.
  'address refused': 'The mail server says that this address does not exist. Ask the customer for another one.',
  'mailbox full': 'The customer’s mailbox is full.',
  'mail refused': 'The mail server refuses mail from this sender. Check the sender address and its DNS records.',
  'content refused': 'The mail server refused the card for what is in it.',
  'gave up': 'The customer’s mail server could not take the card for five days.',
  'server busy': 'The mail server asked us to try later. We do.',
  'no connection': 'The mail server could not be reached. We try again.',
  'sign-in refused': 'The mail server refused our user name or password. Check how mail leaves, in the settings.',
  'our mistake': 'The mail server did not understand us. Please report this.',

  // Nobody knows.
  'no answer': 'The mail server took the card and the line broke before it answered. It may have arrived.',
  interrupted: 'Fondly was cut off in the middle of sending. The card may have arrived.',
  restored: 'Fondly was brought back from a backup. The card may have gone out before that.',
  crashed: 'Making this card stopped Fondly several times, so it was set aside.',
  skipped: 'A member decided against this one.',
  'address changed': 'The address was changed after this card was made. It was not sent to the old one.',
  'bytes differ': 'The card could not be made again exactly as it was, so it was not sent a second time.',
} as const satisfies Record<string, string>;

export type Reason = keyof typeof sentences;

/** The sentence for a code from the ledger; a code of a newer or older Fondly is shown as it is. */
export function sentenceFor(reason: string): string {
  return isReason(reason) ? sentences[reason] : reason;
}

/** Whether the ledger knows this code. */
export function isReason(text: string): text is Reason {
  return Object.hasOwn(sentences, text);
}
