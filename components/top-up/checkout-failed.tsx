import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import type { CheckoutFailure, CheckoutPurpose } from './request-checkout'

export type Failure = CheckoutFailure | 'script-blocked'

type Words = Readonly<{ title: string; text: string; retry: boolean }>

const WORDS: Readonly<Record<Failure, Words>> = {
  'signed-out': {
    title: 'You are signed out',
    text: 'Sign in again to add credits. Nothing was charged.',
    retry: false,
  },
  'not-allowed': {
    title: 'You cannot add credits here',
    text: 'Your role in this account may look at its billing, not pay. Ask an owner of the account.',
    retry: false,
  },
  subscribed: {
    title: 'A subscription is active',
    text: 'It covers your numbers, so nothing is drawn from the balance and no credits are needed.',
    retry: false,
  },
  'in-flight': {
    title: 'The payment form is still being opened',
    text: 'An earlier attempt has not ended yet. Nothing was charged.',
    retry: true,
  },
  'too-often': {
    title: 'Too many attempts',
    text: 'Wait a moment, then try again. Nothing was charged.',
    retry: true,
  },
  'stripe-unavailable': {
    title: 'Stripe does not answer',
    text: 'Nothing was charged and your balance is not affected. It usually helps to try again in a minute.',
    retry: true,
  },
  'script-blocked': {
    title: 'The payment form did not load',
    text: 'Stripe’s script could not be loaded. Check the connection and any content blocker. Nothing was charged.',
    retry: true,
  },
  'no-connection': {
    title: 'No connection',
    text: 'The server could not be reached. Nothing was charged.',
    retry: true,
  },
  unexpected: {
    title: 'Something went wrong on our side',
    text: 'Nothing was charged. Try again; if it stays, tell support.',
    retry: true,
  },
}

/** What is said otherwise where a card was to be saved. */
const CARD_WORDS: Partial<Record<Failure, Words>> = {
  'signed-out': { title: 'You are signed out', text: 'Sign in again to add a card.', retry: false },
  'not-allowed': {
    title: 'You cannot add a card here',
    text: 'Your role in this account may look at its billing, not change it. Ask an owner of the account.',
    retry: false,
  },
}

/** What is said otherwise where a subscription was to begin. */
const SUBSCRIPTION_WORDS: Partial<Record<Failure, Words>> = {
  'signed-out': {
    title: 'You are signed out',
    text: 'Sign in again to subscribe. Nothing was charged.',
    retry: false,
  },
  'not-allowed': {
    title: 'You cannot subscribe here',
    text: 'Your role in this account may look at its billing, not pay. Ask an owner of the account.',
    retry: false,
  },
  subscribed: {
    title: 'A subscription is active already',
    text: 'Nothing was charged. Reload the page to see it.',
    retry: false,
  },
}

const OTHER_WORDS: Readonly<Record<CheckoutPurpose, Partial<Record<Failure, Words>>>> = {
  credits: {},
  'payment-method': CARD_WORDS,
  'subscription-monthly': SUBSCRIPTION_WORDS,
  'subscription-annual': SUBSCRIPTION_WORDS,
}

type Props = Readonly<{
  purpose: CheckoutPurpose
  failure: Failure
  retryAfterSeconds: number | null
  onRetry: () => void
}>

/** Why Checkout did not open, what it means for the money, and what to do. */
export function CheckoutFailed({ purpose, failure, retryAfterSeconds, onRetry }: Props) {
  const { title, text, retry } = OTHER_WORDS[purpose][failure] ?? WORDS[failure]
  return (
    <Alert
      live
      tone="danger"
      title={title}
      action={
        retry && (
          <Button size="small" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      {text}
      {retryAfterSeconds !== null && ` Try again in ${inWords(retryAfterSeconds)}.`}
      {failure === 'signed-out' && (
        <>
          {' '}
          <a href="/sign-in" className="font-medium text-ink underline underline-offset-2">
            Sign in
          </a>
        </>
      )}
    </Alert>
  )
}

function inWords(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`
  return `${Math.ceil(seconds / 60)} minutes`
}
