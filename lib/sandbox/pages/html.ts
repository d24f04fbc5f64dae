/** Markup that is safe to send: made only by the `html` tag below, so text becomes markup nowhere else. */
export class Html {
  readonly #markup: string

  constructor(strings: TemplateStringsArray, values: readonly HtmlValue[]) {
    this.#markup = strings.reduce((markup, literal, index) => markup + render(values[index - 1]) + literal)
  }

  toString(): string {
    return this.#markup
  }
}

/** What may stand in a template. `false`, null and undefined show nothing, so `condition && html` reads well. */
export type HtmlValue = Html | string | number | false | null | undefined | readonly HtmlValue[]

/**
 * Escapes every value that is not itself `Html`, for text and for quoted attributes alike. Attributes must be
 * quoted, and a URL from outside passes `webUrl` first: escaping does not make `javascript:` harmless.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings, values)
}

/** The URL if a browser may be sent to it (http or https, absolute), otherwise null. */
export function webUrl(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null
  return /^https?:$/.test(new URL(url).protocol) ? url : null
}

function render(value: HtmlValue): string {
  if (value === false || value === null || value === undefined) return ''
  if (value instanceof Html) return value.toString()
  if (typeof value === 'string') return escapeText(value)
  if (typeof value === 'number') return String(value)
  return value.map(render).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
