import type { Business, BusinessChange } from '../../../businesses/business.ts';
import type { Option } from '../../parts.ts';
import { asChange, readShopValues, shopLabels, shopOptions, type ShopValues, shopValuesOf } from './shop-form.ts';

/** Everything that the settings of a shop hold, as text. */
export interface ShopSheet extends ShopValues {
  replyTo: string;
  alertEmail: string;
  reviewUrl: string;
  referralLine: string;
  lostReasons: string;
  uncertainPolicy: string;
  leapRule: string;
}

export const sheetLabels: Record<keyof ShopSheet, string> = {
  ...shopLabels,
  replyTo: 'Replies go to',
  alertEmail: 'Tell us of trouble at',
  reviewUrl: 'Where they may praise you in public',
  referralLine: 'A line about bringing a friend',
  lostReasons: 'Why customers leave',
  uncertainPolicy: 'When the line breaks and nobody knows whether a card arrived',
  leapRule: 'Birthdays on 29 February, in years without one',
};

export const policies: Option[] = [
  { value: 'ask', label: 'Ask us', hint: 'It waits on the home page until somebody decides.' },
  { value: 'retry', label: 'Send it once more', hint: 'Nobody is missed; in rare cases somebody gets the same card twice.' },
];

export const leapRules: Option[] = [
  { value: 'feb28', label: 'On 28 February' },
  { value: 'mar1', label: 'On 1 March' },
];

/** What may be chosen for a field; nothing where people write. */
export function optionsOf(field: keyof ShopSheet, value: string): readonly Option[] {
  if (field === 'uncertainPolicy') return policies;
  if (field === 'leapRule') return leapRules;
  return shopOptions(field, value);
}

export function sheetOf(business: Business): ShopSheet {
  return {
    ...shopValuesOf(business),
    replyTo: business.reply_to ?? '',
    alertEmail: business.alert_email ?? '',
    reviewUrl: business.review_url ?? '',
    referralLine: business.referral_line ?? '',
    lostReasons: business.lost_reasons.join('\n'),
    uncertainPolicy: business.uncertain_policy,
    leapRule: business.leap_rule,
  };
}

export function readSheet(textOf: (name: string) => string): ShopSheet {
  const text = (name: keyof ShopSheet) => textOf(name).trim().slice(0, 2000);
  return {
    ...readShopValues(textOf),
    replyTo: text('replyTo'),
    alertEmail: text('alertEmail'),
    reviewUrl: text('reviewUrl'),
    referralLine: text('referralLine'),
    lostReasons: text('lostReasons'),
    uncertainPolicy: text('uncertainPolicy'),
    leapRule: text('leapRule'),
  };
}

export function changeOf(sheet: ShopSheet): BusinessChange {
  return {
    ...asChange(sheet),
    replyTo: sheet.replyTo || null,
    alertEmail: sheet.alertEmail || null,
    reviewUrl: sheet.reviewUrl || null,
    referralLine: sheet.referralLine || null,
    lostReasons: [...new Set(sheet.lostReasons.split(/\r?\n/).map((line) => line.trim()))].filter(Boolean),
    uncertainPolicy: sheet.uncertainPolicy === 'retry' ? 'retry' : 'ask',
    leapRule: sheet.leapRule === 'mar1' ? 'mar1' : 'feb28',
  };
}
