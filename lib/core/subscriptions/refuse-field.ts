import { BillingError } from '@/lib/kit/errors'

/** What is wrong with one field of a request. */
export function refuseField(field: string, reason: string): BillingError {
  return new BillingError('invalid_input', 'The request is not valid', {
    fields: { formErrors: [], fieldErrors: { [field]: [reason] } },
  })
}
