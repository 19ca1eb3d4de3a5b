import { describe, expect, it } from 'vitest';
import { allocate, type Wanted } from '../../src/touchpoints/allocate.ts';
import type { PlanOccasion } from '../../src/touchpoints/candidates.ts';
import type { LedgerRow, PlanCustomer } from '../../src/touchpoints/household.ts';

const now = new Date('2027-03-01T06:00:00Z');
const span = { now, to: '2027-04-05', missedSince: null };

describe('a yearly date', () => {
  it('is planned on its day, at its local hour, until its local evening', () => {
    const [row] = plan(customer({ dates: [birthday(3, 14)], zone: 'America/New_York' }));
    expect(row).toMatchObject({ cause: 'date:birthday:2027', sendOn: '2027-03-14', state: 'planned', reason: null });
    expect(row?.dueAt.toISOString()).toBe('2027-03-14T13:00:00.000Z');
    expect(row?.lateAt.toISOString()).toBe('2027-03-15T00:00:00.000Z');
  });

  it('of 29 February goes on 28 February or 1 March in a common year, as the customer has it', () => {
    const ada = customer({ dates: [birthday(2, 29)], leapRule: 'mar1' });
    expect(plan(ada)).toMatchObject([{ sendOn: '2027-03-01' }]);
    expect(plan({ ...ada, leapRule: 'feb28' })).toEqual([]);
  });

  it('is not wished on the day of birth itself', () => {
    expect(plan(customer({ dates: [{ ...birthday(3, 14), year: 2027 }] }))).toEqual([]);
  });

  it('brings no second card within 180 days when it is corrected after its card', () => {
    const sent = row({ cause: 'date:birthday:2026', occursOn: '2026-12-30', sendOn: '2026-12-30', state: 'accepted' });
    const corrected = plan(customer({ dates: [birthday(3, 5)], rows: [sent] }));
    expect(corrected).toMatchObject([{ cause: 'date:birthday:2027', state: 'blocked', reason: 'too soon' }]);
  });

  it('of the same year is never planned again once its card has started', () => {
    const sent = row({ cause: 'date:birthday:2027', sendOn: '2027-02-20', occursOn: '2027-02-20', state: 'uncertain' });
    expect(plan(customer({ dates: [birthday(3, 14)], rows: [sent] }))).toEqual([]);
  });

  it('with a better rank goes when two fall on one day, and the other is capped', () => {
    const rows = plan(customer({ dates: [birthday(3, 14), { ...birthday(3, 14), kind: 'anniversary', label: 'wedding' }] }));
    expect(rows.map(({ cause, state, reason }) => [cause, state, reason])).toEqual([
      ['date:birthday:2027', 'planned', null],
      ['date:anniversary/wedding:2027', 'blocked', 'capped'],
    ]);
  });
});

describe('everything else', () => {
  const thanks = { purchases: [{ id: 'p1', on: '2027-03-13' }] };

  it('gives way to a yearly date and moves to the next free day', () => {
    const rows = plan(customer({ dates: [birthday(3, 14)], ...thanks }));
    expect(rows.find(({ occasionId }) => occasionId === 'thanks')).toMatchObject({ sendOn: '2027-03-15', state: 'planned' });
  });

  it('does not move past the last day on which the law lets mail go to them', () => {
    const busy = customer({ dates: [birthday(3, 14)], ...thanks });
    const thanked = (mailUntil: string) => plan({ ...busy, mailUntil }).find(({ occasionId }) => occasionId === 'thanks');
    expect(thanked('2027-03-15')).toMatchObject({ sendOn: '2027-03-15', state: 'planned' });
    expect(thanked('2027-03-14')).toMatchObject({ sendOn: '2027-03-14', state: 'blocked', reason: 'capped' });
    expect(thanked('2027-03-13')).toMatchObject({ sendOn: '2027-03-14', state: 'blocked', reason: 'consent ended' });
  });

  it('is capped when no day within its late policy is free', () => {
    const dates = [14, 15, 16, 17].map((day) => ({ ...birthday(3, day), kind: 'anniversary', label: `day ${day}` }));
    const rows = plan(customer({ dates, ...thanks }));
    expect(rows.find(({ occasionId }) => occasionId === 'thanks')).toMatchObject({
      sendOn: '2027-03-14',
      state: 'blocked',
      reason: 'capped',
    });
  });

  it('shares one touchpoint among a day’s purchases', () => {
    const rows = plan(customer({ purchases: [...thanks.purchases, { id: 'p2', on: '2027-03-13' }] }));
    expect(rows.filter(({ occasionId }) => occasionId === 'thanks')).toHaveLength(1);
  });

  it('keeps its gap to the last of its kind', () => {
    const rows = plan(customer({ purchases: [...thanks.purchases, { id: 'p2', on: '2027-03-17' }] }));
    expect(rows.filter(({ occasionId }) => occasionId === 'thanks')).toMatchObject([
      { cause: 'purchase:p1', state: 'planned' },
      { cause: 'purchase:p2', state: 'blocked', reason: 'too soon' },
    ]);
  });

  it('does not look back beyond the day the occasion was switched on', () => {
    const old = customer({ joinedOn: '2020-02-27', purchases: [{ id: 'p1', on: '2020-02-28' }] });
    expect(
      plan(
        old,
        occasions.filter(({ trigger }) => trigger !== 'years'),
      ),
    ).toEqual([]);
    const welcome = plan(customer({ joinedOn: '2027-02-27' }));
    expect(welcome).toMatchObject([{ cause: 'joined:0', sendOn: '2027-02-28', state: 'planned' }]);
  });
});

describe('a household', () => {
  it('gets every birthday of differently named people, and of everything else one a day', () => {
    const ada = customer({ id: 'ada', dates: [birthday(3, 14)], purchases: [{ id: 'pa', on: '2027-03-20' }] });
    const ben = customer({ id: 'ben', dates: [birthday(3, 14)], purchases: [{ id: 'pb', on: '2027-03-20' }] });
    const rows = allocate([ada, ben], occasions, span);
    expect(rows.filter(({ occasionId, state }) => occasionId === 'birthday' && state === 'planned')).toHaveLength(2);
    expect(rows.filter(({ occasionId }) => occasionId === 'thanks').map(({ sendOn }) => sendOn)).toEqual([
      '2027-03-21',
      '2027-03-22',
    ]);
  });
});

describe('who cannot get the card', () => {
  it('has a row that says why', () => {
    const reasons = (changes: Partial<PlanCustomer>) =>
      plan(customer({ dates: [birthday(3, 14)], ...changes })).map(({ state, reason }) => [state, reason]);
    const stop = { occasionId: null, dateKind: null, until: null };
    expect(reasons({ email: false })).toEqual([['blocked', 'no email']]);
    expect(reasons({ basis: 'none' })).toEqual([['blocked', 'no basis']]);
    expect(reasons({ complaint: true })).toEqual([['blocked', 'open complaint']]);
    expect(reasons({ stops: [{ ...stop, kind: 'unsubscribed' }] })).toEqual([['blocked', 'unsubscribed']]);
    expect(reasons({ stops: [{ ...stop, kind: 'paused', until: '2027-03-15' }] })).toEqual([['blocked', 'paused by customer']]);
    expect(reasons({ stops: [{ ...stop, kind: 'paused', until: '2027-03-14' }] })).toEqual([['planned', null]]);
    expect(reasons({ stops: [{ ...stop, kind: 'occasion', occasionId: 'birthday' }] })).toEqual([
      ['blocked', 'occasion declined'],
    ]);
    expect(reasons({ stops: [{ ...stop, kind: 'date', dateKind: 'anniversary' }] })).toEqual([['planned', null]]);
  });

  it('has no row at all when there is nobody left to write to', () => {
    expect(plan(customer({ dates: [birthday(3, 14)], gone: 'deceased' }))).toEqual([]);
  });
});

describe('what a person set', () => {
  const asking = shopOccasions().map((occasion) => ({ ...occasion, mode: 'ask' as const }));
  const waiting = (changes: Partial<LedgerRow>) => [
    row({ cause: 'date:birthday:2027', sendOn: '2027-03-14', occursOn: '2027-03-14', state: 'waiting', ...changes }),
  ];

  it('survives: a hold, and an approval of the version that is still the newest', () => {
    const state = (changes: Partial<LedgerRow>) =>
      plan(customer({ dates: [birthday(3, 14)], rows: waiting(changes) }), asking)[0]?.state;
    expect(state({})).toBe('waiting');
    expect(state({ held: true })).toBe('held');
    expect(state({ approvedVersion: 1 })).toBe('planned');
    expect(state({ approvedVersion: 1, cardId: 'another card' })).toBe('waiting');
  });

  it('and a skipped card is never planned again', () => {
    expect(plan(customer({ dates: [birthday(3, 14)], rows: waiting({ state: 'skipped' }) }), asking)).toEqual([]);
  });
});

it('tells the days of a silence that was longer than the horizon', () => {
  const rows = allocate([customer({ dates: [birthday(2, 10)] })], shopOccasions(), { ...span, missedSince: '2027-01-31' });
  expect(rows).toMatchObject([{ cause: 'date:birthday:2027', state: 'expired', reason: 'not running' }]);
});

const occasions = shopOccasions();

function shopOccasions(): PlanOccasion[] {
  const common = { month: null, day: null, offsetDays: 0, hour: '09:00', lateDays: 0, lateHour: '20:00', workdayRule: null };
  const rest = {
    mode: 'automatic' as const,
    minGapDays: null,
    activeSince: '2027-01-01',
    reminderDays: null,
    cardId: 'card',
    cardVersion: 1,
  };
  return [
    { ...common, ...rest, id: 'birthday', trigger: 'date', dateKind: 'birthday', rank: 10 },
    { ...common, ...rest, id: 'anniversary', trigger: 'date', dateKind: '*', rank: 20 },
    { ...common, ...rest, id: 'years', trigger: 'years', dateKind: null, rank: 30 },
    { ...common, ...rest, id: 'welcome', trigger: 'joined', dateKind: null, rank: 40, offsetDays: 1, lateDays: 7 },
    {
      ...common,
      ...rest,
      id: 'thanks',
      trigger: 'purchase',
      dateKind: null,
      rank: 50,
      offsetDays: 1,
      lateDays: 3,
      minGapDays: 14,
    },
  ];
}

function plan(who: PlanCustomer, which = occasions): Wanted[] {
  return allocate([who], which, span);
}

function customer(changes: Partial<PlanCustomer> = {}): PlanCustomer {
  return {
    id: 'maria',
    zone: 'Europe/Berlin',
    country: 'DE',
    leapRule: 'feb28',
    joinedOn: null,
    sinceOn: null,
    dates: [],
    purchases: [],
    unanswered: [],
    email: true,
    basis: 'customer',
    gone: null,
    stops: [],
    complaint: false,
    rows: [],
    ...changes,
  };
}

function birthday(month: number, day: number) {
  return { kind: 'birthday', label: '', month, day, year: null };
}

function row(changes: Partial<LedgerRow>): LedgerRow {
  const at = new Date(now.getTime() + 86_400_000);
  return {
    id: 'row',
    occasionId: 'birthday',
    cause: '',
    occursOn: '2027-03-14',
    sendOn: '2027-03-14',
    dueAt: at,
    lateAt: at,
    state: 'planned',
    reason: null,
    cardId: 'card',
    held: false,
    approvedVersion: null,
    swappedVersion: null,
    hurried: false,
    frozen: false,
    ...changes,
  };
}
