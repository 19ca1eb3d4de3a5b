import type { Business } from '../../../businesses/business.ts';
import { AWKWARD } from '../../../cards/awkward.ts';
import type { MergeData } from '../../../cards/fields.ts';
import type { Site } from '../../site.ts';

/** Whom a card is shown as: people whose names have broken cards before. */
export const SAMPLES = [
  { name: 'everyday', label: 'Mia, an everyday customer' },
  { name: 'no name', label: 'Somebody without a name' },
  { name: '80 letters', label: 'A very long name' },
  { name: 'right to left', label: 'A name that reads from right to left' },
  { name: 'emoji', label: 'A name with emoji' },
  { name: 'apostrophes', label: 'A name with apostrophes' },
] as const;

/** What a card says to one of them, from this shop; its links lead nowhere. */
export function sampleData(site: Pick<Site, 'publicUrl'>, business: Business, name: string, language: string): MergeData {
  const sample = AWKWARD.find((person) => person.name === name) ?? AWKWARD[0];
  if (!sample) throw new Error('There is nobody to show a card as');
  const nowhere = 'https://preview.invalid/';
  return {
    ...sample.data,
    language,
    business: { name: business.name, postalAddress: business.postal_address },
    links: { view: nowhere, unsubscribe: nowhere, preferences: nowhere, pictures: `${site.publicUrl}/pictures/` },
  };
}
