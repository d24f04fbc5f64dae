/** The look of a link that stands beside what it is about and does not compete with it. */
export const QUIET_LINK =
  'inline-flex h-8 items-center gap-1 rounded-md px-2 text-[0.8125rem] text-ink-soft transition-colors hover:bg-raised hover:text-ink'
