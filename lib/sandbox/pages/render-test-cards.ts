import { html, type Html } from './html'
import { TEST_CARDS } from './test-cards'

/** The test numbers by what they do; each is a button that fills the card fields. */
export function renderTestCards(): Html {
  return html`<details class="test-cards">
    <summary>Test cards</summary>
    <p class="hint">Choose one to fill the form. Any future date and any CVC work as well.</p>
    ${TEST_CARDS.map(
      (group) =>
        html`<h2>${group.title}</h2>
          <ul>
            ${group.cards.map(
              (card) =>
                html`<li>
                  <button type="button" data-card="${card.number}">
                    <span>${card.outcome}</span> <code>${spaced(card.number)}</code>
                  </button>
                </li>`,
            )}
          </ul>`,
    )}
  </details>`
}

/** The digits in the groups in which the form shows them: 4-4-4-4, or 4-6-5 for American Express. */
function spaced(number: string): string {
  const isAmex = number.length === 15
  return isAmex ? number.replace(/(\d{4})(\d{6})/, '$1 $2 ') : number.replace(/\d{4}(?=\d)/g, '$& ')
}
