/** A saved payment method as the page shows it. */
export type PaymentMethodView = Readonly<{
  id: string
  type: string
  /** Null where the method is no card. */
  card: Readonly<{ brand: string; last4: string; expMonth: number; expYear: number; expired: boolean }> | null
  email: string | null
  isDefault: boolean
}>
