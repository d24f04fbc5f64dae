/* The one script of the local Stripe's Checkout page. Card data stays in the form's own fields until it is sent. */

const MESSAGES = 'talktime-local-stripe'
const isFramed = window.parent !== window
const form = document.querySelector('#checkout')

/** The origin of the page around this one; null until it has said hello, and where there is none. */
let hostOrigin = null

if (isFramed) listenForHost()
if (form !== null) runCheckout()

function listenForHost() {
  window.addEventListener('message', (event) => {
    if (event.source !== window.parent || event.data?.source !== MESSAGES) return
    if (event.data.type !== 'hello' || hostOrigin !== null) return
    hostOrigin = event.origin
    document.documentElement.classList.add('sized-by-host')
    new ResizeObserver(() => tellHost({ type: 'height', height: document.body.offsetHeight })).observe(
      document.body,
    )
  })
}

function tellHost(message) {
  if (hostOrigin !== null) window.parent.postMessage({ source: MESSAGES, ...message }, hostOrigin)
}

function runCheckout() {
  const pay = form.querySelector('#pay')
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    submit('none')
  })
  form.addEventListener('input', (event) => {
    format(event)
    clearError(event.target)
    label()
  })
  form.addEventListener('change', chooseSource)
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target.name !== 'promotionCode') return
    // Enter in this field means the code, not the payment.
    event.preventDefault()
    enterPromotionCode('apply')
  })
  document.addEventListener('click', (event) => {
    const { card, answer, promotion } = event.target.closest('button')?.dataset ?? {}
    if (promotion !== undefined) enterPromotionCode(promotion)
    if (card !== undefined) fillTestCard(card)
    if (answer !== undefined) submit(answer)
  })
  chooseSource()
  label()
  pay.disabled = false
}

/* Sending */

let busy = false

/** Pays, or answers the bank. */
function submit(authentication) {
  const fields = new URLSearchParams(new FormData(form))
  fields.set('authentication', authentication)
  return send(fields)
}

/** "apply" has the typed promotion code kept with the session, "remove" has it taken away. */
function enterPromotionCode(promotion) {
  const promotionCode = form.elements.namedItem('promotionCode')?.value ?? ''
  return send(new URLSearchParams({ promotion, promotionCode }))
}

/** Sends once: while an answer is awaited, a second click does nothing. */
async function send(fields) {
  if (busy) return
  setBusy(true)
  showAlert('')
  showErrors([])
  let outcome = null
  try {
    const response = await fetch(window.location.href, { method: 'POST', body: fields })
    if (!response.ok) throw new Error(`The local Stripe answered ${response.status}`)
    outcome = await response.json()
  } catch {
    show('pay')
    showAlert(
      'The local Stripe did not answer. Check that it is running, then try again: nothing is paid twice.',
    )
  } finally {
    setBusy(false)
  }
  if (outcome !== null) settle(outcome)
}

function settle(outcome) {
  switch (outcome.kind) {
    case 'complete':
      return complete(outcome.redirectUrl)
    case 'authentication_required':
      return show('challenge')
    case 'declined':
      show('pay')
      return showAlert(outcome.message)
    case 'invalid':
      show('pay')
      return showErrors(outcome.errors)
    case 'summary':
      return showSummary(outcome)
    case 'closed':
      return window.location.reload()
  }
}

function complete(redirectUrl) {
  show('done')
  if (isFramed) tellHost({ type: 'complete', redirectUrl })
  else if (redirectUrl !== null) window.location.assign(redirectUrl)
}

/** The sums after a promotion code, as the server rendered them: it escapes what it renders. */
function showSummary({ summary, payLabel }) {
  form.querySelector('.summary').outerHTML = summary
  form.querySelector('#pay-label').textContent = payLabel
  const total = form.querySelector('.sums .due dd')?.textContent ?? ''
  document.querySelector('#status').textContent = `Total due today: ${total}`
  form.querySelector('[data-promotion]')?.focus()
}

/* Showing */

/** Shows one of the page's steps ("pay", "challenge", "done") and moves the focus to its heading. */
function show(step) {
  const sections = [...document.querySelectorAll('[data-step]')]
  if (sections.find((section) => section.dataset.step === step)?.hidden === false) return
  for (const section of sections) section.hidden = section.dataset.step !== step
  document.querySelector(`[data-step="${step}"] [tabindex="-1"]`)?.focus()
}

function setBusy(value) {
  busy = value
  form.querySelector('#pay').setAttribute('aria-disabled', String(value))
  document.querySelector('#status').textContent = value ? 'Processing' : ''
  document.body.classList.toggle('busy', value)
}

function showAlert(message) {
  const alert = form.querySelector('#alert')
  alert.textContent = message
  if (message !== '') alert.focus()
}

/** Puts each message under its field; what belongs to no field on the page goes to the alert. */
function showErrors(errors) {
  for (const input of form.querySelectorAll('[aria-invalid]')) clearError(input)
  const shown = errors.filter(({ field, message }) => {
    const slot = form.querySelector(`#${CSS.escape(field)}-error`)
    if (slot === null) return false
    slot.textContent = message
    form.elements.namedItem(field).setAttribute('aria-invalid', 'true')
    return true
  })
  if (shown.length < errors.length) showAlert(errors.find((error) => !shown.includes(error)).message)
  else form.querySelector('[aria-invalid]')?.focus()
}

function clearError(input) {
  const slot = form.querySelector(`#${CSS.escape(input.name ?? '')}-error`)
  if (slot === null) return
  slot.textContent = ''
  input.removeAttribute('aria-invalid')
}

/** Only a new card needs its fields; disabled, they are neither seen, reached nor sent. */
function chooseSource() {
  const fields = form.querySelector('#new-card')
  const isNew = new FormData(form).get('source') === 'new-card'
  fields.hidden = !isNew
  fields.disabled = !isNew
}

/** Writes the typed amount on the pay button; an amount that is none leaves it without. */
function label() {
  const input = form.elements.namedItem('amount')
  if (input === null) return
  const { amountPattern, currency, payLabel } = form.dataset
  const [, whole, fraction = '0'] = new RegExp(amountPattern).exec(input.value) ?? []
  const amount =
    whole === undefined
      ? ''
      : new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(
          `${whole.replaceAll(',', '')}.${fraction}`,
        )
  form.querySelector('#pay-label').textContent = `${payLabel} ${amount}`.trim()
}

/* Typing a card */

function format(event) {
  if (event.target.name === 'number') formatNumber(event.target)
  if (event.target.name === 'expiry') formatExpiry(event.target, event.inputType ?? '')
}

/** Groups the digits, and keeps the caret behind the digit it was behind. */
function formatNumber(input) {
  const digitsBefore = input.value.slice(0, input.selectionStart).replace(/\D/g, '').length
  const digits = input.value.replace(/\D/g, '').slice(0, 19)
  const groups = /^3[47]/.test(digits) ? [4, 6, 5] : [4, 4, 4, 4, 3]
  let start = 0
  const parts = groups.map((size) => digits.slice(start, (start += size)))
  input.value = parts.filter((part) => part !== '').join(' ')
  const caret = caretAfter(input.value, digitsBefore)
  if (document.activeElement === input) input.setSelectionRange(caret, caret)
  form.querySelector('#brand').textContent = brandOf(digits)
}

function caretAfter(value, digitCount) {
  let index = 0
  for (let seen = 0; index < value.length && seen < digitCount; index += 1)
    if (value[index] !== ' ') seen += 1
  return index
}

function brandOf(digits) {
  if (digits.startsWith('4')) return 'Visa'
  if (/^(5[1-5]|2[2-7])/.test(digits)) return 'Mastercard'
  if (/^3[47]/.test(digits)) return 'Amex'
  return ''
}

/** "4" becomes "04 / ", "1230" and "12/2030" become "12 / 30"; while deleting, nothing is put back. */
function formatExpiry(input, inputType) {
  if (inputType.startsWith('delete') || input.selectionStart !== input.value.length) return
  const typed = input.value.replace(/\D/g, '')
  const digits = /^[2-9]/.test(typed) || /^1\s*\//.test(input.value) ? `0${typed}` : typed
  if (digits.length < 2) return
  const year = digits.length >= 6 ? digits.slice(4, 6) : digits.slice(2, 4)
  input.value = `${digits.slice(0, 2)} / ${year}`
}

function fillTestCard(number) {
  const newCard = form.querySelector('[name="source"][value="new-card"]')
  if (newCard.type === 'radio') newCard.checked = true
  chooseSource()
  set('number', number)
  set('expiry', form.dataset.testExpiry)
  set('cvc', number.startsWith('3') ? '1234' : '123')
  if (form.elements.namedItem('name').value === '') set('name', 'Test Customer')
  form.querySelector('#pay').focus()
}

function set(name, value) {
  const input = form.elements.namedItem(name)
  input.value = value
  input.dispatchEvent(new Event('input', { bubbles: true }))
}
