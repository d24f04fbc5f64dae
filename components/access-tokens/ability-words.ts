/** What a personal token may be confined to, in words. */
export const ABILITIES = [
  ['billing:read', 'See billing'],
  ['billing:write', 'Pay'],
  ['usage:write', 'Send usage'],
  ['keys:read', 'See API keys'],
  ['members:read', 'See members'],
  ['self:read', 'See your access tokens'],
] as const

const WORDS: ReadonlyMap<string, string> = new Map(ABILITIES)

/** `See billing, pay`: what the token may do. */
export function abilityWords(abilities: readonly string[]): string {
  if (abilities.includes('*')) return 'Everything that you may'
  const words = abilities.map((ability) => (WORDS.get(ability) ?? ability).toLowerCase()).join(', ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
