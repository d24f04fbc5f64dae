import { ApiError } from '../http/api-error'
import type { Decline } from './cards'

type About = Readonly<{
  charge?: string
  payment_intent?: object
  payment_method?: object
  setup_intent?: object
}>

/** A decline, as the API tells it: 402. What led to it (failed charge, attempt, events) stays recorded. */
export function cardError(decline: Decline, about: About): ApiError {
  return new ApiError(
    402,
    {
      type: 'card_error',
      code: decline.code,
      ...(decline.declineCode === null ? {} : { decline_code: decline.declineCode }),
      message: decline.message,
      advice_code: decline.advice,
      ...about,
    },
    { executed: true },
  )
}
