import type { MemberRoute } from '../../visit.ts';
import { newPage, postLine, postNew } from './add.ts';
import { basisPage, postBasis } from './basis.ts';
import { postDate, postRemoveDate } from './date-presses.ts';
import { editPage, postEdit } from './edit.ts';
import { erasePage, postErase } from './erase.ts';
import { exportCsv, exportJson } from './export.ts';
import { historyPage } from './history.ts';
import { listPage } from './list.ts';
import { comparePage, postMerge } from './merge.ts';
import { mergePage } from './merge-choose.ts';
import { postUndoMerge } from './merge-undo.ts';
import { postNotes } from './note-presses.ts';
import { customerPage } from './page.ts';
import { postPurchase, postVoid } from './purchase-presses.ts';
import { postLift, postStop, stopPage } from './stops.ts';
import { postUndo } from './undo.ts';

export const customersRoutes: MemberRoute[] = [
  { method: 'GET', path: '/customers', role: 'staff', to: (visit) => listPage(visit) },
  { method: 'POST', path: '/customers', role: 'staff', to: postLine },
  { method: 'GET', path: '/customers/new', role: 'staff', to: newPage },
  { method: 'POST', path: '/customers/new', role: 'staff', to: postNew },
  { method: 'GET', path: '/customers/:customer', role: 'staff', to: (visit) => customerPage(visit) },
  { method: 'GET', path: '/customers/:customer/edit', role: 'staff', to: editPage },
  { method: 'POST', path: '/customers/:customer/edit', role: 'staff', to: postEdit },
  { method: 'POST', path: '/customers/:customer/notes', role: 'staff', to: postNotes },
  { method: 'POST', path: '/customers/:customer/dates', role: 'staff', to: postDate },
  { method: 'POST', path: '/customers/:customer/dates/remove', role: 'staff', to: postRemoveDate },
  { method: 'POST', path: '/customers/:customer/purchases', role: 'staff', to: postPurchase },
  { method: 'POST', path: '/customers/:customer/purchases/:purchase/void', role: 'staff', to: postVoid },
  { method: 'GET', path: '/customers/:customer/stop', role: 'staff', to: (visit) => stopPage(visit) },
  { method: 'POST', path: '/customers/:customer/stop', role: 'staff', to: postStop },
  { method: 'POST', path: '/customers/:customer/stops/:stop/lift', role: 'staff', to: postLift },
  { method: 'GET', path: '/customers/:customer/basis', role: 'staff', to: (visit) => basisPage(visit) },
  { method: 'POST', path: '/customers/:customer/basis', role: 'staff', to: postBasis },
  { method: 'POST', path: '/customers/:customer/undo', role: 'staff', to: postUndo },
  { method: 'GET', path: '/customers/:customer/history', role: 'staff', to: historyPage },
  { method: 'GET', path: '/customers/:customer/merge', role: 'staff', to: mergePage },
  { method: 'GET', path: '/customers/:customer/merge/:other', role: 'staff', to: comparePage },
  { method: 'POST', path: '/customers/:customer/merge/:other', role: 'staff', to: postMerge },
  { method: 'POST', path: '/customers/:customer/merges/:merge/undo', role: 'staff', to: postUndoMerge },
  { method: 'GET', path: '/customers/:customer/export.json', role: 'staff', to: exportJson },
  { method: 'GET', path: '/customers/:customer/export.csv', role: 'staff', to: exportCsv },
  { method: 'GET', path: '/customers/:customer/erase', role: 'staff', to: erasePage },
  { method: 'POST', path: '/customers/:customer/erase', role: 'staff', to: postErase },
];
