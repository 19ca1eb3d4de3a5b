import type { MemberRoute } from '../../visit.ts';
import { postNew } from './add.ts';
import { postAway, postBack, postMove, postOccasion } from './change.ts';
import { occasionsList } from './list.ts';
import { newOccasion } from './new.ts';
import { beforeOn } from './on.ts';
import { occasionPage } from './one.ts';
import { occasionPreview } from './preview.ts';
import { postTurns } from './turns.ts';

export const occasionsRoutes: MemberRoute[] = [
  { method: 'GET', path: '/occasions', role: 'staff', to: (visit) => occasionsList(visit) },
  { method: 'POST', path: '/occasions', role: 'staff', to: postNew },
  { method: 'GET', path: '/occasions/new', role: 'staff', to: newOccasion },
  { method: 'GET', path: '/occasions/:occasion', role: 'staff', to: (visit) => occasionPage(visit) },
  { method: 'POST', path: '/occasions/:occasion', role: 'staff', to: postOccasion },
  { method: 'GET', path: '/occasions/:occasion/on', role: 'staff', to: beforeOn },
  { method: 'GET', path: '/occasions/:occasion/preview', role: 'staff', to: occasionPreview },
  { method: 'POST', path: '/occasions/:occasion/away', role: 'staff', to: postAway },
  { method: 'POST', path: '/occasions/:occasion/back', role: 'staff', to: postBack },
  { method: 'POST', path: '/occasions/:occasion/move', role: 'staff', to: postMove },
  { method: 'POST', path: '/occasions/:occasion/turns', role: 'staff', to: postTurns },
];
