import type { Body } from '../store/kinds'

/** What Checkout knows of the person who pays. */
export function details(
  email: string | null,
  name: string | null,
): NonNullable<Body<'checkout.session'>['customer_details']> {
  return {
    address: null,
    business_name: null,
    email,
    individual_name: null,
    name,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  }
}
