import type { MemberRoute } from '../../visit.ts';
import { letterFrame, letterPage, lettersPage } from './letters.ts';
import { sentPage } from './list.ts';
import { mailFrame, mailPage } from './mail.ts';
import { missedPage } from './missed.ts';
import { again, arrived, unsure } from './presses.ts';

export const sentRoutes: MemberRoute[] = [
  { method: 'GET', path: '/sent', role: 'staff', to: sentPage },
  { method: 'GET', path: '/sent/missed', role: 'staff', to: missedPage },
  { method: 'GET', path: '/sent/letters', role: 'staff', to: lettersPage },
  { method: 'GET', path: '/sent/letters/:letter', role: 'staff', to: letterPage },
  { method: 'GET', path: '/sent/letters/:letter/card', role: 'staff', to: letterFrame },
  { method: 'GET', path: '/sent/:touchpoint', role: 'staff', to: mailPage },
  { method: 'GET', path: '/sent/:touchpoint/card', role: 'staff', to: mailFrame },
  { method: 'POST', path: '/sent/:touchpoint/arrived', role: 'staff', to: arrived },
  { method: 'POST', path: '/sent/:touchpoint/unsure', role: 'staff', to: unsure },
  { method: 'POST', path: '/sent/:touchpoint/again', role: 'staff', to: again },
];
