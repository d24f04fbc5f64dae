import { API_DOCUMENTS, API_NAMES } from './documents'
import type { ApiDocument } from './operation'

/** What a language model should know of our APIs before it writes a program for them: every call, a line each. */
export function llmsText(appUrl: string): string {
  const address = (path: string) => new URL(path, appUrl).href
  const parts = API_NAMES.map((name) => describe(API_DOCUMENTS[name], address(`/api/openapi/${name}.json`)))
  return `${[
    '# Talktime',
    '> Prepaid billing of a phone-number product: a wallet in US dollars that is topped up by card, numbers and usage that are paid from it, subscriptions that cover numbers instead. Several published APIs show the same wallet, each with its own names and units.',
    `Base address: ${address('/')} · Reference for people: ${address('/reference')} · Every request carries \`Authorization: Bearer <credential>\`. A POST that moves money takes an \`Idempotency-Key\`: sent again, it gets the first answer and does nothing twice.`,
    ...parts,
  ].join('\n\n')}\n`
}

function describe({ title, description, credential, operations }: ApiDocument, url: string): string {
  const calls = operations.map(
    ({ method, path, summary, description: more }) =>
      `- \`${method} ${path}\`: ${summary}${more === undefined ? '' : `. ${more}`}`,
  )
  return [
    `## ${title}`,
    '',
    `${description} Credential: ${credential}`,
    '',
    `- [OpenAPI 3.1 document](${url})`,
    ...calls,
  ].join('\n')
}
