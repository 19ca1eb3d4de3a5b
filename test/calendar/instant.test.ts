import { expect, test } from 'vitest';
import { instantOf, isZone, isoWithOffset, localDayOf, zoneMeant } from '../../src/calendar/instant.ts';

const promises: [sentence: string, zone: string, day: string, hour: string, instant: string | undefined][] = [
  ['an ordinary morning', 'Europe/Berlin', '2027-02-28', '09:00', '2027-02-28T09:00:00+01:00'],
  ['an ordinary summer morning', 'Europe/Berlin', '2027-07-01', '09:00', '2027-07-01T09:00:00+02:00'],
  ['an hour with seconds', 'America/New_York', '2027-07-01', '09:00:30', '2027-07-01T09:00:30-04:00'],
  ['an hour that is skipped waits for the end of the gap', 'Europe/Berlin', '2027-03-28', '02:30', '2027-03-28T03:00:00+02:00'],
  ['the gap starts on its first second', 'Europe/Berlin', '2027-03-28', '02:00', '2027-03-28T03:00:00+02:00'],
  ['the second before a gap is still there', 'Europe/Berlin', '2027-03-28', '01:59:59', '2027-03-28T01:59:59+01:00'],
  ['an hour that comes twice is taken the first time', 'Europe/Berlin', '2027-10-31', '02:30', '2027-10-31T02:30:00+02:00'],
  ['the hour after an overlap comes once', 'Europe/Berlin', '2027-10-31', '03:00', '2027-10-31T03:00:00+01:00'],
  [
    'Dublin counts winter as the exception, and its clocks go as London',
    'Europe/Dublin',
    '2027-03-28',
    '01:30',
    '2027-03-28T02:00:00+01:00',
  ],
  ['Dublin in autumn', 'Europe/Dublin', '2027-10-31', '01:30', '2027-10-31T01:30:00+01:00'],
  ['midnight is missing in Santiago', 'America/Santiago', '2026-09-06', '00:00', '2026-09-06T01:00:00-03:00'],
  ['23:30 comes twice in Santiago', 'America/Santiago', '2026-04-04', '23:30', '2026-04-04T23:30:00-03:00'],
  ['midnight is missing in Beirut', 'Asia/Beirut', '2026-03-29', '00:00', '2026-03-29T01:00:00+03:00'],
  ['midnight is missing in Cairo', 'Africa/Cairo', '2026-04-24', '00:15', '2026-04-24T01:00:00+03:00'],
  ['midnight comes back in Cairo the evening before', 'Africa/Cairo', '2026-10-29', '23:30', '2026-10-29T23:30:00+03:00'],
  ['Lord Howe skips half an hour', 'Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-04T02:30:00+11:00'],
  ['Lord Howe has half an hour twice', 'Australia/Lord_Howe', '2026-04-05', '01:45', '2026-04-05T01:45:00+11:00'],
  ['Casablanca sets its clocks back for Ramadan', 'Africa/Casablanca', '2026-02-15', '02:30', '2026-02-15T02:30:00+01:00'],
  ['Casablanca in Ramadan', 'Africa/Casablanca', '2026-03-01', '09:00', '2026-03-01T09:00:00+00:00'],
  ['Casablanca after Ramadan', 'Africa/Casablanca', '2026-03-22', '02:30', '2026-03-22T03:00:00+01:00'],
  ['Samoa had no 30 December 2011', 'Pacific/Apia', '2011-12-30', '09:00', undefined],
  ['nor its midnight', 'Pacific/Apia', '2011-12-30', '00:00', undefined],
  ['nor its last second', 'Pacific/Apia', '2011-12-30', '23:59:59', undefined],
  ['Samoa the day before', 'Pacific/Apia', '2011-12-29', '23:59:59', '2011-12-29T23:59:59-10:00'],
  ['Samoa the day after', 'Pacific/Apia', '2011-12-31', '00:00', '2011-12-31T00:00:00+14:00'],
  ['Tokelau skipped it too', 'Pacific/Fakaofo', '2011-12-30', '12:00', undefined],
  ['Kwajalein had no 21 August 1993', 'Pacific/Kwajalein', '1993-08-21', '09:00', undefined],
  ['Kwajalein the day after', 'Pacific/Kwajalein', '1993-08-22', '09:00', '1993-08-22T09:00:00+12:00'],
  ['Kiritimati had no first day of 1995', 'Pacific/Kiritimati', '1994-12-31', '09:00', undefined],
  ['Kathmandu keeps a quarter of an hour', 'Asia/Kathmandu', '2027-05-01', '09:00', '2027-05-01T09:00:00+05:45'],
  ['a gap that ends at midnight leads into the next day', 'America/Nuuk', '2026-03-28', '23:30', '2026-03-29T00:00:00-01:00'],
  ['and that day keeps its own midnight', 'America/Nuuk', '2026-03-29', '00:00', '2026-03-29T00:00:00-01:00'],
  ['UTC is written with an offset as well', 'UTC', '2027-02-28', '09:00', '2027-02-28T09:00:00+00:00'],
];

test.each(promises)('%s (%s %s %s)', (_, zone, day, hour, promised) => {
  const instant = instantOf(day, hour, zone);
  expect(instant && isoWithOffset(instant, zone)).toBe(promised);
  if (promised) expect(instant?.getTime()).toBe(Date.parse(promised));
});

test('the local day turns at local midnight, also where midnight is missing', () => {
  expect(localDayOf(new Date('2027-02-28T22:59:59Z'), 'Europe/Berlin')).toBe('2027-02-28');
  expect(localDayOf(new Date('2027-02-28T23:00:00Z'), 'Europe/Berlin')).toBe('2027-03-01');
  expect(localDayOf(new Date('2026-09-06T03:59:59Z'), 'America/Santiago')).toBe('2026-09-05');
  expect(localDayOf(new Date('2026-09-06T04:00:00Z'), 'America/Santiago')).toBe('2026-09-06');
  expect(localDayOf(new Date('2011-12-30T09:59:59.999Z'), 'Pacific/Apia')).toBe('2011-12-29');
  expect(localDayOf(new Date('2011-12-30T10:00:00Z'), 'Pacific/Apia')).toBe('2011-12-31');
  expect(localDayOf(new Date('2027-01-01T10:30:00Z'), 'Pacific/Kiritimati')).toBe('2027-01-02');
  expect(localDayOf(new Date('2027-01-01T10:30:00Z'), 'Pacific/Pago_Pago')).toBe('2026-12-31');
});

test('an instant with an odd old offset is rounded to the minute, and still names the same second', () => {
  const instant = new Date('1920-01-01T12:00:00Z'); // Monrovia was 44:30 behind
  expect(Date.parse(isoWithOffset(instant, 'Africa/Monrovia'))).toBe(instant.getTime());
});

test('an answer that a caller changes does not change the next one', () => {
  instantOf('2027-02-28', '09:00', 'Europe/Berlin')!.setUTCFullYear(1999);
  expect(instantOf('2027-02-28', '09:00', 'Europe/Berlin')?.toISOString()).toBe('2027-02-28T08:00:00.000Z');
});

test('old and new names are zones, in any case; offsets, letters of several meanings and inventions are not', () => {
  const known = [
    'Europe/Berlin',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'Europe/Kyiv',
    'UTC',
    'Etc/UTC',
    'europe/berlin',
    'CET',
    'EST',
    'Etc/GMT-14',
  ];
  const unknown = [
    '',
    ' ',
    'Europe/Berlin ',
    'Mars/Olympus',
    '+01:00',
    '+0100',
    '-05',
    'BST',
    'ist',
    'PST',
    'local',
    'GMT+1',
    '__proto__',
    'a'.repeat(5000),
  ];
  expect(known.filter((name) => !isZone(name))).toEqual([]);
  expect(unknown.filter(isZone)).toEqual([]);
  expect(unknown.filter(isZone)).toEqual([]); // asked again, from memory
});

test('a zone is known by its city alone, where there is but one of that name', () => {
  expect(['London', ' new  york ', 'Europe/Paris', 'UTC'].map(zoneMeant)).toEqual([
    'Europe/London',
    'America/New_York',
    'Europe/Paris',
    'UTC',
  ]);
  expect(['Europe', 'Atlantis', '', '%', 'BST'].filter(zoneMeant)).toEqual([]);
});

test('a wrong hour, day or zone is said, not guessed', () => {
  for (const hour of ['24:00', '9:00', '09:60', '', '09:00:60', '09:00Z'])
    expect(() => instantOf('2027-02-28', hour, 'Europe/Berlin')).toThrow('Not a time of day');
  expect(() => instantOf('28.2.2027', '09:00', 'Europe/Berlin')).toThrow('Not a day');
  expect(() => instantOf('2027-02-28', '09:00', 'Mars/Olympus')).toThrow('Mars/Olympus');
  expect(() => localDayOf(new Date(0), '')).toThrow(RangeError);
});

test('more hours than are remembered are all still right', () => {
  const seconds = Array.from({ length: 26_000 }, (_, n) => new Date(n * 1000).toISOString().slice(11, 19));
  const first = Date.UTC(2027, 0, 5);
  expect(seconds.filter((hour, n) => instantOf('2027-01-05', hour, 'Etc/GMT')?.getTime() !== first + n * 1000)).toEqual([]);
  expect(instantOf('2027-01-05', '00:00:00', 'Etc/GMT')?.getTime()).toBe(first);
});
