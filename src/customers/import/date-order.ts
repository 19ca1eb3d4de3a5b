import { type DateOrder, isOpen, provenOrder, readDate } from './dates.ts';

/** What a whole column's values say about its order. Feed it every value, then ask. */
export interface OrderLearner {
  see(value: string): void;
  /** `said` is what the column's name says: it decides where no value does, and never against one. */
  verdict(said?: DateOrder): Verdict;
}

/** `order` may be undefined where no value needs one. */
export type Verdict = { order: DateOrder | undefined } | { question: string; samples: string[] };

const SAMPLES = 5;

export function learnOrder(): OrderLearner {
  const dmy: string[] = [];
  const mdy: string[] = [];
  const open: string[] = [];
  return {
    see(value) {
      if (value === '') return;
      const reading = readDate(value);
      const proven = provenOrder(reading);
      if (proven === 'dmy') keep(dmy, value);
      else if (proven === 'mdy') keep(mdy, value);
      else if (isOpen(reading)) keep(open, value);
    },
    verdict(said) {
      if (dmy.length > 0 && mdy.length > 0) return mixed([...dmy.slice(0, 2), ...mdy.slice(0, 2)]);
      const proven = dmy.length > 0 ? 'dmy' : mdy.length > 0 ? 'mdy' : undefined;
      if (proven && said && proven !== said) return mixed([...dmy, ...mdy]);
      return open.length > 0 && !proven && !said ? unsure(open) : { order: proven ?? said };
    },
  };
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
