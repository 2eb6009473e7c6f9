import {
  IconArrowsLeftRight,
  IconEye,
  IconHistory,
  IconHome,
  IconParking,
  IconPlayerPlay,
  IconPlugConnected,
  IconScale,
  IconSearch,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { shell } from '../texts/shell.ts';

export interface NavigationItem {
  readonly label: string;
  readonly path: string;
  readonly icon: ComponentType<{ size?: number | string }>;
}

/** Pages that belong to no connection. */
export const HOME_PAGES: readonly NavigationItem[] = [
  { label: shell.pages.overview, path: '/', icon: IconHome },
];

/** Pages of a connection, below its own path. */
export const CONNECTION_PAGES: readonly NavigationItem[] = [
  { label: shell.pages.runs, path: '/runs', icon: IconPlayerPlay },
  { label: shell.pages.plan, path: '/plan', icon: IconEye },
  { label: shell.pages.records, path: '/records', icon: IconSearch },
  { label: shell.pages.parked, path: '/parked', icon: IconParking },
  { label: shell.pages.crosswalk, path: '/crosswalk', icon: IconArrowsLeftRight },
  { label: shell.pages.reconcile, path: '/reconcile', icon: IconScale },
  { label: shell.pages.trail, path: '/trail', icon: IconHistory },
  { label: shell.pages.settings, path: '/settings', icon: IconSettings },
];

/** Pages of the whole installation, at the end. */
export const LAST_PAGES: readonly NavigationItem[] = [
  { label: shell.pages.account, path: '/settings', icon: IconUsers },
  { label: shell.pages.setUp, path: '/set-up', icon: IconPlugConnected },
];
