import { LARGEST_FILE } from '../../../customers/import/runs.ts';
import type { MemberRoute } from '../../visit.ts';
import { dropFile, listPage } from './list.ts';
import { importPage } from './page.ts';
import { answerColumns, cancel, goOn, pause, refused, resume, settle, takeBack, unsettle } from './presses.ts';

/** The form around a file takes a little room itself. */
const WITH_FORM = LARGEST_FILE + 64 * 1024;

export const importsRoutes: MemberRoute[] = [
  { method: 'GET', path: '/imports', role: 'staff', to: (visit) => listPage(visit) },
  { method: 'POST', path: '/imports', role: 'staff', limit: WITH_FORM, to: dropFile },
  { method: 'GET', path: '/imports/:import', role: 'staff', to: importPage },
  { method: 'POST', path: '/imports/:import/columns', role: 'staff', limit: 512 * 1024, to: answerColumns },
  { method: 'POST', path: '/imports/:import/go', role: 'staff', to: goOn },
  { method: 'POST', path: '/imports/:import/pause', role: 'staff', to: pause },
  { method: 'POST', path: '/imports/:import/resume', role: 'staff', to: resume },
  { method: 'POST', path: '/imports/:import/cancel', role: 'staff', to: cancel },
  { method: 'POST', path: '/imports/:import/undo', role: 'staff', to: takeBack },
  { method: 'POST', path: '/imports/:import/questions', role: 'staff', to: settle },
  { method: 'POST', path: '/imports/:import/questions/:question', role: 'staff', to: settle },
  { method: 'POST', path: '/imports/:import/unsettle', role: 'staff', to: unsettle },
  { method: 'GET', path: '/imports/:import/refused', role: 'staff', to: refused },
];
