import type { Route } from '../http/routes'
import { chargeRoutes } from './charges'
import { checkoutSessionRoutes } from './checkout-sessions'
import { couponRoutes } from './coupons'
import { customerRoutes } from './customers'
import { disputeRoutes } from './disputes'
import { earlyFraudWarningRoutes } from './early-fraud-warnings'
import { eventRoutes } from './events'
import { invoiceItemRoutes } from './invoice-items'
import { invoicePaymentRoutes } from './invoice-payments'
import { invoiceRoutes } from './invoices'
import { paymentIntentRoutes } from './payment-intents'
import { paymentMethodRoutes } from './payment-methods'
import { priceRoutes } from './prices'
import { productRoutes } from './products'
import { promotionCodeRoutes } from './promotion-codes'
import { refundRoutes } from './refunds'
import { setupIntentRoutes } from './setup-intents'
import { subscriptionItemRoutes } from './subscription-items'
import { subscriptionRoutes } from './subscriptions'
import { testClockRoutes } from './test-clocks'
import { webhookEndpointRoutes } from './webhook-endpoints'

/** Every endpoint under /v1. */
export const ROUTES: readonly Route[] = [
  ...chargeRoutes,
  ...checkoutSessionRoutes,
  ...couponRoutes,
  ...customerRoutes,
  ...disputeRoutes,
  ...earlyFraudWarningRoutes,
  ...eventRoutes,
  ...invoiceItemRoutes,
  ...invoicePaymentRoutes,
  ...invoiceRoutes,
  ...paymentIntentRoutes,
  ...paymentMethodRoutes,
  ...priceRoutes,
  ...productRoutes,
  ...promotionCodeRoutes,
  ...refundRoutes,
  ...setupIntentRoutes,
  ...subscriptionItemRoutes,
  ...subscriptionRoutes,
  ...testClockRoutes,
  ...webhookEndpointRoutes,
]
