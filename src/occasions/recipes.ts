import type { NewOccasion } from './occasion-add.ts';

/** A ready idea for an occasion: what most shops would want of it, to be changed at will. */
export interface Recipe {
  key: string;
  title: string;
  /** One sentence on what the customer gets, and when. */
  about: string;
  /** A Lucide name. */
  icon: string;
  /** Cards of the gallery that suit it, by what they are made for, the best first. */
  cardsFor: readonly string[];
  /** What has to be said first: which yearly day of the customers', or which day of the year. */
  asks?: 'kind' | 'day';
  survey?: true;
  occasion: Omit<NewOccasion, 'cardId' | 'name'>;
}

const YEARLY = ['birthday', 'anniversary', 'years-with-us'];

export const RECIPES: readonly Recipe[] = [
  {
    key: 'birthday',
    title: 'Birthday',
    about: 'A card on the morning of their birthday, each year.',
    icon: 'cake',
    cardsFor: ['birthday'],
    occasion: { trigger: 'date', dateKind: 'birthday' },
  },
  {
    key: 'before-birthday',
    title: 'Before the birthday',
    about: 'Two weeks ahead, while there is still time to drop in.',
    icon: 'cake-slice',
    cardsFor: ['birthday'],
    occasion: { trigger: 'date', dateKind: 'birthday', offsetDays: -14, lateDays: 7 },
  },
  {
    key: 'own-date',
    title: 'A yearly day of theirs',
    about: 'A wedding, a name day, the day the dog came home: whatever you know of them.',
    icon: 'heart',
    cardsFor: ['anniversary', 'birthday'],
    asks: 'kind',
    occasion: { trigger: 'date' },
  },
  {
    key: 'years',
    title: 'Years with you',
    about: 'On the day they came to you, each year.',
    icon: 'award',
    cardsFor: ['years-with-us', 'thank-you'],
    occasion: { trigger: 'years' },
  },
  {
    key: 'new-year',
    title: 'New Year',
    about: 'A greeting to everybody on 1 January.',
    icon: 'party-popper',
    cardsFor: ['new-year', ...YEARLY],
    occasion: { trigger: 'day', month: 1, day: 1, hour: '11:00', lateDays: 5 },
  },
  {
    key: 'fixed-day',
    title: 'A day of the year',
    about: 'Your own jubilee, the town fair, the first day of the season: one day for everybody.',
    icon: 'calendar-heart',
    cardsFor: ['new-year', 'congratulations', ...YEARLY],
    asks: 'day',
    occasion: { trigger: 'day', lateDays: 3 },
  },
  {
    key: 'joined',
    title: 'Some days after they join',
    about: 'A word a month after they came to you, when most shops have fallen silent.',
    icon: 'user-round-plus',
    cardsFor: ['welcome', 'we-miss-you', 'thank-you'],
    occasion: { trigger: 'joined', offsetDays: 30, lateDays: 7 },
  },
  {
    key: 'purchase',
    title: 'Some days after a purchase',
    about: 'Thanks, a tip for care, or time for a new one.',
    icon: 'shopping-bag',
    cardsFor: ['thank-you', 'we-miss-you'],
    occasion: { trigger: 'purchase', offsetDays: 30, lateDays: 7, minGapDays: 60 },
  },
  {
    key: 'survey',
    title: 'A question after a purchase',
    about: 'One press in the mail tells you how it was. Low answers come to you at once.',
    icon: 'message-circle-question-mark',
    cardsFor: ['survey'],
    survey: true,
    occasion: { trigger: 'purchase', offsetDays: 7, lateDays: 7, minGapDays: 30, reminderDays: 5 },
  },
];
