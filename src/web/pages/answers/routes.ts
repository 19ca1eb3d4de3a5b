import type { MemberRoute } from '../../visit.ts';
import { resultsPage } from './results-page.ts';
import { postSurvey, postSurveyNew, previewSurvey, surveyEdit, surveyNew, surveysPage } from './survey-pages.ts';
import { postClose, postReopen, postTask } from './task-presses.ts';
import { tasksPage } from './tasks-page.ts';

export const answersRoutes: MemberRoute[] = [
  { method: 'GET', path: '/answers', role: 'staff', to: resultsPage },
  { method: 'GET', path: '/answers/surveys', role: 'staff', to: surveysPage },
  { method: 'POST', path: '/answers/surveys', role: 'staff', to: postSurveyNew },
  { method: 'GET', path: '/answers/surveys/new', role: 'staff', to: surveyNew },
  { method: 'GET', path: '/answers/surveys/:survey', role: 'staff', to: surveyEdit },
  { method: 'POST', path: '/answers/surveys/:survey', role: 'staff', to: postSurvey },
  { method: 'POST', path: '/answers/preview', role: 'staff', to: previewSurvey },
  { method: 'GET', path: '/follow-ups', role: 'staff', to: (visit) => tasksPage(visit) },
  { method: 'POST', path: '/follow-ups/:followUp', role: 'staff', to: postTask },
  { method: 'POST', path: '/follow-ups/:followUp/close', role: 'staff', to: postClose },
  { method: 'POST', path: '/follow-ups/:followUp/reopen', role: 'staff', to: postReopen },
];
