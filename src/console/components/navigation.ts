import {
  IconHome,
  IconPlayerPlay,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { shell } from '../texts/shell.ts';

export interface NavigationItem {
  readonly label: string;
  readonly path: string;
  readonly icon: ComponentType<{ size?: number | string }>;
}

/** Pages that belong to no connection. */
export const HOME_PAGES: readonly NavigationItem[] = [{ label: shell.pages.overview, path: '/', icon: IconHome }];

/** Pages of a connection, below its own path. */
export const CONNECTION_PAGES: readonly NavigationItem[] = [
  { label: shell.pages.runs, path: '/runs', icon: IconPlayerPlay },
];
