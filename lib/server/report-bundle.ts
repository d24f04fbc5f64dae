import { decideBundleTerms } from '@/lib/core/credit-checkouts/decide-order-terms'
import { moneyString } from '@/lib/kit/money-text'
import { usd } from '@/lib/kit/money'
import type { Container } from './container'

type Adapters = Pick<Container, 'env' | 'log'> &
  Readonly<{ payments: Pick<Container['payments'], 'creditsBundle'> }>

/**
 * Says in the log where a bundle of credits costs something else than they are worth: with each sale the difference is
 * given away, or kept. That it cannot be asked about now holds up nothing.
 */
export async function reportBundle({ payments, env, log }: Adapters): Promise<void> {
  try {
    const bundle = await payments.creditsBundle()
    const { due, credit } = decideBundleTerms(bundle, 1, usd(BigInt(env.CREDIT_MICROS)))
    if (due.micros === credit.micros) return
    const fields = { alert: 'bundle_price', price: moneyString(due), worth: moneyString(credit) }
    if (due.micros < credit.micros)
      log.warn(fields, 'a bundle of credits costs less than its credits are worth')
    else log.warn(fields, 'a bundle of credits costs more than its credits are worth')
  } catch (error) {
    log.info({ err: error }, 'the price of a bundle of credits could not be looked at')
  }
}
