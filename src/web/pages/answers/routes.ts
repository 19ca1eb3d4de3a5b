import type { MemberRoute } from '../../visit.ts';

/** Surveys' results and follow-ups. */
export const answersRoutes: MemberRoute[] = [];
