import type { Insertable } from 'kysely';
import { v7 } from 'uuid';
import { isZone } from '../calendar/instant.ts';
import type { Database } from '../database/schema.ts';
import { readAddress } from '../mail/address.ts';
import { type Refusal, refused } from './commit.ts';
import { countryOfZone, localeOfCountry, readCountry, readLocale } from './place.ts';

export interface NewBusiness {
  name: string;
  /** Small letters, digits and '-': how the command line and links name it. */
  slug: string;
  zone: string;
  /** ISO 3166; where the zone is, unless said. */
  country?: string;
  /** BCP 47; what most speak in that country, unless said. */
  locale?: string;
  from: { name: string; address: string };
  replyTo?: string | null;
  alertEmail?: string | null;
  /** Where happy customers may say so: an https address. */
  reviewUrl?: string | null;
  /** A line for happy customers, such as what bringing a friend is worth. */
  referralLine?: string | null;
  /** Why customers leave, as follow-ups are closed with it; a short list of the business's own, in its order. */
  lostReasons?: string[];
  postalAddress: string;
  uncertainPolicy?: 'ask' | 'retry';
  live?: boolean;
  /** For looking around: nothing of it ever leaves this machine. */
  sample?: boolean;
  /** Its owner is still to be led through the first run. */
  setup?: boolean;
}

/** What is asked as a row, or what is wrong with it. */
export function readBusiness(asked: NewBusiness, now: Date): Insertable<Database['business']> | Refusal {
  const from = readAddress(asked.from.address);
  const country = asked.country === undefined ? countryOfZone(asked.zone) : readCountry(asked.country);
  const locale = asked.locale === undefined ? localeOfCountry(country ?? '') : readLocale(asked.locale);
  const problem = problemWith(asked);
  if (problem) return problem;
  if ('reason' in from) return refused(`The address that cards come from is not right. ${from.reason}`, 'from');
  if (country === undefined)
    return refused(`"${asked.country}" is no country code. Use two letters, such as GB or DE.`, 'country');
  if (locale === undefined) return refused(`"${asked.locale}" is no language tag. Use one such as en-GB or de.`, 'locale');
  return {
    id: v7(),
    slug: asked.slug,
    name: asked.name.trim(),
    zone: asked.zone,
    country,
    locale,
    from_name: asked.from.name.trim() || asked.name.trim(),
    from_address: from.address,
    reply_to: asked.replyTo ?? null,
    postal_address: asked.postalAddress.trim(),
    alert_email: asked.alertEmail ?? null,
    review_url: asked.reviewUrl?.trim() || null,
    referral_line: asked.referralLine?.trim() || null,
    ...(asked.lostReasons === undefined
      ? {}
      : { lost_reasons: JSON.stringify(asked.lostReasons.map((reason) => reason.trim())) }),
    live_at: asked.live ? now : null,
    sample: asked.sample ?? false,
    ...(asked.setup ? { setup_step: 'look' as const } : {}),
    uncertain_policy: asked.uncertainPolicy ?? 'ask',
    created_at: now,
  };
}

function problemWith({ name, slug, zone, postalAddress, ...rest }: NewBusiness): Refusal | undefined {
  if (name.trim() === '') return refused('Give the business a name: it stands on every card.', 'name');
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(slug)) {
    const words = `"${slug}" cannot be its short name. Use small letters, digits and "-", starting with a letter or digit, at most 63.`;
    return refused(words, 'slug');
  }
  if (rest.live && rest.sample) return refused('The sample shop never sends anything for real.');
  if (!isZone(zone)) return refused(`"${zone}" is no time zone. Use a name such as Europe/London or America/New_York.`, 'zone');
  if (postalAddress.trim() === '')
    return refused('Give a postal address: the law in many countries wants it under every card.', 'postalAddress');
  if (rest.reviewUrl && !isWebAddress(rest.reviewUrl))
    return refused('The review link must be an address that starts with https://.', 'reviewUrl');
  if ((rest.referralLine?.length ?? 0) > LONGEST_LINE)
    return refused(`The line for happy customers is longer than ${LONGEST_LINE} letters.`, 'referralLine');
  const reasons = rest.lostReasons ?? [];
  if (reasons.length > MOST_REASONS || reasons.some((reason) => reason.trim() === '' || reason.length > LONGEST_REASON))
    return refused(`Give at most ${MOST_REASONS} reasons, each of 1 to ${LONGEST_REASON} letters.`, 'lostReasons');
  for (const about of ['replyTo', 'alertEmail'] as const) {
    const address = rest[about];
    const read = address ? readAddress(address) : undefined;
    if (read && 'reason' in read) return refused(`"${address}" is not an address. ${read.reason}`, about);
  }
  return undefined;
}

const LONGEST_LINE = 300;
const MOST_REASONS = 12;
const LONGEST_REASON = 60;

function isWebAddress(text: string): boolean {
  return text.length <= 500 && URL.canParse(text.trim()) && new URL(text.trim()).protocol === 'https:';
}
