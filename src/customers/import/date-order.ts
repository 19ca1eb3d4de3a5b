import { type DateOrder, isOpen, provenOrder, readDate, type Reading } from './dates.ts';

/** What a whole column's values say about its order. Feed it every value, then ask. */
export interface OrderLearner {
  see(value: string): Reading;
  seen: OrderSeen;
}

/** Values that prove the day to come first, that prove the month to, and that leave it open: a few of each. */
export interface OrderSeen {
  dmy: string[];
  mdy: string[];
  open: string[];
}

/** `order` may be undefined where no value needs one. `settledBy` is the column that settled it in this one's place. */
export type Verdict = { order: DateOrder | undefined; settledBy?: string } | { question: string; samples: string[] };

const SAMPLES = 5;

export function learnOrder(): OrderLearner {
  const seen: OrderSeen = { dmy: [], mdy: [], open: [] };
  return {
    seen,
    see(value) {
      const reading = readDate(value);
      const proven = provenOrder(reading);
      if (proven === 'dmy' || proven === 'mdy') keep(seen[proven], value);
      else if (isOpen(reading)) keep(seen.open, value);
      return reading;
    },
  };
}

/** A column of dates: its name, what its name says about the order, and what its values do. */
export interface DateColumn {
  name: string;
  said: DateOrder | undefined;
  seen: OrderSeen;
}

/**
 * The order of each column. What a column's name says decides where no value does, and never against one; a column that says nothing at all
 * is in the order of the others, since one program wrote them: where they agree.
 */
export function judgeOrders(columns: (DateColumn | undefined)[]): (Verdict | undefined)[] {
  const own = columns.map((column) => column && verdictOf(column));
  const known = columns.flatMap((column, i) => {
    const verdict = own[i];
    return column && verdict && 'order' in verdict && verdict.order ? [{ name: column.name, order: verdict.order }] : [];
  });
  const orders = new Set(known.map(({ order }) => order));
  const [settler] = known;
  return own.map((verdict, i) => {
    const isMute = columns[i]?.seen.dmy.length === 0 && columns[i].seen.mdy.length === 0;
    if (!verdict || 'order' in verdict || !isMute || orders.size !== 1 || !settler) return verdict;
    return { order: settler.order, settledBy: settler.name };
  });
}

function verdictOf({ said, seen: { dmy, mdy, open } }: DateColumn): Verdict {
  if (dmy.length > 0 && mdy.length > 0) return mixed([...dmy.slice(0, 2), ...mdy.slice(0, 2)]);
  const proven = dmy.length > 0 ? 'dmy' : mdy.length > 0 ? 'mdy' : undefined;
  if (proven && said && proven !== said) return mixed([...dmy, ...mdy]);
  return open.length > 0 && !proven && !said ? unsure(open) : { order: proven ?? said };
}

function keep(values: string[], value: string): void {
  if (values.length < SAMPLES && !values.includes(value)) values.push(value);
}

function mixed(samples: string[]): Verdict {
  return { question: 'Some of these dates have the day first and some the month first. Which is it?', samples };
}

function unsure(samples: string[]): Verdict {
  return { question: 'Is the day first in these dates (5/6 is 5 June) or the month (5/6 is 6 May)?', samples };
}
