/** Who can sign in to the demo. It listens on loopback only, so the password is no secret. */
export const PASSWORD = 'talk is cheap here'

export const PEOPLE = {
  owner: { email: 'owner@talktime.example', name: 'Mara Lindqvist' },
  newcomer: { email: 'new@talktime.example', name: 'Jonas Weber' },
  behind: { email: 'behind@talktime.example', name: 'Noor Haddad' },
  colleague: { email: 'viewer@talktime.example', name: 'Tomasz Zielinski' },
  staff: { email: 'staff@talktime.example', name: 'Priya Raman' },
  /** Approves what the first may not decide alone. */
  secondStaff: { email: 'staff2@talktime.example', name: 'Declan Moore' },
} as const

/** The owner's organisation in the paths of APIs. */
export const ORGANISATION = { name: 'Lindqvist Trading', slug: 'example' } as const

/** How long ago the owner signed up. The local Stripe's clock begins there. */
export const HISTORY_DAYS = 120
