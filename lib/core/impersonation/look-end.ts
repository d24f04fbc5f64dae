/** What can end a look: its person, its time, or what bars it (`impersonation_bar` in drizzle/0017_impersonation.sql). */
export const LOOK_ENDS = ['stopped', 'signed_out', 'expired', 'not_staff', 'shut_out', 'of_staff'] as const
export type LookEnd = (typeof LOOK_ENDS)[number]
