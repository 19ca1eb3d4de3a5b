import { authorsOf } from '../../../businesses/authors.ts';
import type { Visit } from '../../visit.ts';
import type { Reading } from './state.ts';

export async function readingOf({ db, business, member, now }: Visit): Promise<Reading> {
  return { business, now, memberId: member.id, nameOf: await authorsOf(db, business.id) };
}

/** "12", "500+". */
export function counted(count: number, more: boolean): string {
  return `${count.toLocaleString('en')}${more ? '+' : ''}`;
}

export function cards(count: number, more = false): string {
  return count === 1 && !more ? '1 card' : `${counted(count, more)} cards`;
}
