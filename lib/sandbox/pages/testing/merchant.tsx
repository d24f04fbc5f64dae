import { EmbeddedCheckout, EmbeddedCheckoutProvider } from '@stripe/react-stripe-js'
import { loadStripe } from '@stripe/stripe-js/pure'
import { StrictMode, useCallback, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'

const secret = new URLSearchParams(window.location.search).get('secret') ?? ''
const stripe = loadStripe('pk_test_local')

/** A shop's page as any user of Stripe's React package would write it: it opens, closes, and counts completions. */
function Merchant() {
  const [isOpen, setOpen] = useState(secret !== '')
  const [completions, setCompletions] = useState(0)
  const [refusal, setRefusal] = useState('')
  const openSecond = async () => {
    const instance = await stripe
    await instance
      ?.createEmbeddedCheckoutPage({ clientSecret: secret })
      .catch((error: unknown) => setRefusal(error instanceof Error ? error.name : ''))
  }
  const fetchClientSecret = useCallback(() => Promise.resolve(secret), [])
  const onComplete = useCallback(() => setCompletions((count) => count + 1), [])
  const options = useMemo(() => ({ fetchClientSecret, onComplete }), [fetchClientSecret, onComplete])
  return (
    <main>
      <h1>Shop</h1>
      <button onClick={() => setOpen(!isOpen)}>{isOpen ? 'Close' : 'Open'}</button>
      <button onClick={openSecond}>Open a second</button>
      <p>{refusal}</p>
      <output>{completions} completed</output>
      {isOpen && (
        <EmbeddedCheckoutProvider stripe={stripe} options={options}>
          <EmbeddedCheckout />
        </EmbeddedCheckoutProvider>
      )}
    </main>
  )
}

const root = document.createElement('div')
document.body.append(root)
createRoot(root).render(
  <StrictMode>
    <Merchant />
  </StrictMode>,
)
