import type { MemberRoute } from '../../visit.ts';
import { comingFrame, comingPage, swapPage } from './card.ts';
import { homePage } from './home.ts';
import { dayPage, waitingPage } from './lists.ts';
import { addEmail, fillName, noteBasis, nothingPage } from './nothing.ts';
import { approve, approveDay, hold, line, release, sendOne, skip, swap, unapprove, unapproveDay, unskip } from './presses.ts';

export const homeRoutes: MemberRoute[] = [
  { method: 'GET', path: '', role: 'staff', to: homePage },
  { method: 'GET', path: '/day/:day', role: 'staff', to: dayPage },
  { method: 'POST', path: '/day/:day/approve', role: 'staff', to: approveDay },
  { method: 'POST', path: '/day/:day/unapprove', role: 'staff', to: unapproveDay },
  { method: 'GET', path: '/waiting', role: 'staff', to: waitingPage },
  { method: 'GET', path: '/coming/:touchpoint', role: 'staff', to: (visit) => comingPage(visit) },
  { method: 'GET', path: '/coming/:touchpoint/card', role: 'staff', to: comingFrame },
  { method: 'GET', path: '/coming/:touchpoint/swap', role: 'staff', to: swapPage },
  { method: 'POST', path: '/coming/:touchpoint/approve', role: 'staff', to: approve },
  { method: 'POST', path: '/coming/:touchpoint/unapprove', role: 'staff', to: unapprove },
  { method: 'POST', path: '/coming/:touchpoint/hold', role: 'staff', to: hold },
  { method: 'POST', path: '/coming/:touchpoint/release', role: 'staff', to: release },
  { method: 'POST', path: '/coming/:touchpoint/skip', role: 'staff', to: skip },
  { method: 'POST', path: '/coming/:touchpoint/unskip', role: 'staff', to: unskip },
  { method: 'POST', path: '/coming/:touchpoint/now', role: 'staff', to: sendOne },
  { method: 'POST', path: '/coming/:touchpoint/swap', role: 'staff', to: swap },
  { method: 'POST', path: '/coming/:touchpoint/line', role: 'staff', to: line },
  { method: 'GET', path: '/nothing/:reason', role: 'staff', to: nothingPage },
  { method: 'POST', path: '/nothing/:touchpoint/email', role: 'staff', to: addEmail },
  { method: 'POST', path: '/nothing/:touchpoint/name', role: 'staff', to: fillName },
  { method: 'POST', path: '/nothing/:touchpoint/basis', role: 'staff', to: noteBasis },
];
