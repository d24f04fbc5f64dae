import type { RoleView } from './views'

/** What each role is called, and what it may do. */
export const ROLES: Readonly<Record<RoleView, Readonly<{ name: string; rights: string }>>> = {
  owner: { name: 'Owner', rights: 'Pays, makes API keys, and decides who is in here.' },
  billing: { name: 'Billing', rights: 'Pays: adds credits, buys numbers, changes cards and subscription.' },
  viewer: { name: 'Viewer', rights: 'Sees balance, numbers and payments, and changes nothing.' },
}

export const ROLE_NAMES: readonly RoleView[] = ['owner', 'billing', 'viewer']
