import type { CheckoutView } from '../page-port'
import { html, type Html } from './html'

/** Who pays and with what: e-mail, the saved cards with the default chosen, and the fields of a new card. */
export function renderPayment(view: CheckoutView): Html {
  const hasSaved = view.savedCards.length > 0
  return html`
    ${renderEmail(view.email)}
    ${hasSaved ? renderSavedCards(view) : html`<input type="hidden" name="source" value="new-card" />`}
    <fieldset id="new-card" class="card" ${hasSaved && INITIALLY_OFF}>
      <legend class="visually-hidden">Card</legend>
      ${CARD_FIELDS.map(renderField)}
      ${
        view.offerSave &&
        html`<label class="check">
          <input type="checkbox" name="save" />
          <span>Save payment information <small>for your next payment to ${view.merchantName}</small></span>
        </label>`
      }
    </fieldset>
  `
}

function renderEmail(known: string | null): Html {
  return html`<div class="field">
    <label for="email">E-mail</label>
    <input
      id="email"
      name="email"
      type="email"
      autocomplete="email"
      maxlength="254"
      value="${known}"
      ${known !== null && READ_ONLY}
      aria-describedby="email-error"
    />
    <p id="email-error" class="field-error"></p>
  </div>`
}

/** The core lists the customer's default first, so the first is the one already chosen. */
function renderSavedCards(view: CheckoutView): Html {
  return html`<fieldset class="sources">
    <legend>Pay with</legend>
    ${view.savedCards.map(
      (card, index) =>
        html`<label>
          <input type="radio" name="source" value="${card.id}" ${index === 0 && CHECKED} />
          <span class="source-name"
            >${brandName(card.brand)} <span aria-hidden="true">••••</span
            ><span class="visually-hidden">ending in</span> ${card.last4}</span
          >
          <span class="muted"
            ><span class="visually-hidden">valid to</span> ${String(card.expMonth).padStart(2, '0')}/${String(
              card.expYear % 100,
            ).padStart(2, '0')}</span
          >
        </label>`,
    )}
    <label>
      <input type="radio" name="source" value="new-card" />
      <span class="source-name">New card</span>
    </label>
  </fieldset>`
}

type CardField = Readonly<{
  name: string
  label: string
  autocomplete: string
  placeholder: string
  inputMode: 'numeric' | 'text'
  lengthMax: number
}>

const CARD_FIELDS: readonly CardField[] = [
  {
    name: 'number',
    label: 'Card number',
    autocomplete: 'cc-number',
    placeholder: '1234 1234 1234 1234',
    inputMode: 'numeric',
    lengthMax: 23,
  },
  {
    name: 'expiry',
    label: 'Expires',
    autocomplete: 'cc-exp',
    placeholder: 'MM / YY',
    inputMode: 'numeric',
    lengthMax: 9,
  },
  {
    name: 'cvc',
    label: 'CVC',
    autocomplete: 'cc-csc',
    placeholder: '',
    inputMode: 'numeric',
    lengthMax: 4,
  },
  {
    name: 'name',
    label: 'Name on card',
    autocomplete: 'cc-name',
    placeholder: '',
    inputMode: 'text',
    lengthMax: 200,
  },
]

function renderField(field: CardField): Html {
  const { name } = field
  return html`<div class="field ${name}">
    <label for="${name}">${field.label}</label>
    <input
      id="${name}"
      name="${name}"
      type="text"
      inputmode="${field.inputMode}"
      autocomplete="${field.autocomplete}"
      placeholder="${field.placeholder}"
      maxlength="${field.lengthMax}"
      aria-describedby="${name}-error"
    />
    ${name === 'number' && html`<span id="brand" class="brand" aria-hidden="true"></span>`}
    <p id="${name}-error" class="field-error"></p>
  </div>`
}

/** How a brand is written; one the list does not know is shown as the core names it. */
function brandName(brand: string): string {
  return BRANDS.get(brand) ?? brand.charAt(0).toUpperCase() + brand.slice(1)
}

const BRANDS = new Map([
  ['visa', 'Visa'],
  ['mastercard', 'Mastercard'],
  ['amex', 'American Express'],
])

const CHECKED = html`checked`
const READ_ONLY = html`readonly`
const INITIALLY_OFF = html`hidden disabled`
