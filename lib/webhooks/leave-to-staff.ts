import type { Sync } from './handlers'

/** Money moved at the provider in a way that the product does not book by itself: staff must see it. */
export const leaveToStaff: Sync = () =>
  Promise.resolve({ state: 'quarantined', reason: 'needs_staff', marked: false })
