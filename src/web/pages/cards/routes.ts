import type { MemberRoute } from '../../visit.ts';
import { cardPreview, galleryPreview } from './frames.ts';
import { addFromGallery, galleryPage } from './gallery.ts';
import { listPage } from './list.ts';
import { showCard } from './show.ts';

export const cardsRoutes: MemberRoute[] = [
  { method: 'GET', path: '/cards', role: 'staff', to: listPage },
  { method: 'GET', path: '/cards/gallery', role: 'staff', to: galleryPage },
  { method: 'GET', path: '/cards/gallery/:name/preview', role: 'staff', to: galleryPreview },
  { method: 'POST', path: '/cards/gallery/:name', role: 'staff', to: addFromGallery },
  { method: 'GET', path: '/cards/:card', role: 'staff', to: showCard },
  { method: 'GET', path: '/cards/:card/preview', role: 'staff', to: cardPreview },
];
